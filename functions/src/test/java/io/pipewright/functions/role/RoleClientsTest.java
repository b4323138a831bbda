package io.pipewright.functions.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipewright.functions.action.SampleWork;
import io.pipewright.functions.settings.Clients;
import io.pipewright.functions.settings.Settings;
import io.pipewright.statemachine.definition.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.StsException;

class RoleClientsTest {
    private static final String PIPELINE_ROLE = "arn:aws:iam::210987654321:role/pipeline";
    private static final String ACTION_ROLE = "arn:aws:iam::111122223333:role/deployer";
    private static final String DEFAULT_ROLE = "arn:aws:iam::210987654321:role/default";
    private static final String PIPELINE = "arn:aws:codepipeline:eu-west-1:210987654321:shop";

    private final Settings settings = settings(DEFAULT_ROLE);
    private final List<AssumeRoleRequest> assumed = new ArrayList<>();
    private final List<AwsCredentialsProvider> assumers = new ArrayList<>();
    private final List<AwsCredentialsProvider> actors = new ArrayList<>();
    private Duration life = Duration.ofHours(1);
    private String faulty = PIPELINE_ROLE;
    private Optional<RuntimeException> fault = Optional.empty();

    private final RoleClients roles = new RoleClients(settings, this::sts, credentials -> {
        actors.add(credentials);
        return new Clients(null, null, null, () -> null, () -> null, () -> null, () -> null, () -> null);
    });

    private static Settings settings(String defaultRole) {
        return new Settings("eu-west-1", "210987654321", "table", "bucket", "pipewright-", "", "machine", "", Limits.AWS, defaultRole);
    }

    private StsClient sts(AwsCredentialsProvider caller) {
        return new StsClient() {
            @Override
            public AssumeRoleResponse assumeRole(AssumeRoleRequest request) {
                assumers.add(caller);
                assumed.add(request);
                fault.filter(e -> request.roleArn().equals(faulty)).ifPresent(e -> {
                    throw e;
                });
                return AssumeRoleResponse.builder().credentials(Credentials.builder()
                        .accessKeyId("of " + request.roleArn()).secretAccessKey("secret").sessionToken("token " + assumed.size())
                        .expiration(Instant.now().plus(life)).build()).build();
            }

            @Override
            public String serviceName() {
                return SERVICE_NAME;
            }

            @Override
            public void close() { }
        };
    }

    private static ActingRole acting(String... chain) {
        return new ActingRole(List.of(chain), PIPELINE, SampleWork.ID);
    }

    private static RuntimeException sts(int status, String code, String message) {
        return StsException.builder().statusCode(status).message(message)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(message).build()).build();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
            role/default  | -             |
            role/default  | role/default  |
            role/pipeline | -             | role/pipeline
            role/pipeline | role/pipeline | role/pipeline
            role/pipeline | role/default  |
            role/pipeline | role/deployer | role/pipeline,role/deployer
            role/default  | role/deployer | role/deployer
            """)
    void theActionsRoleIsReachedThroughThePipelines(String pipeline, String action, String chain) {
        Settings home = settings("role/default");
        ActingRole role = ActingRole.of(home, PipelineDeclaration.builder().name("shop").roleArn(pipeline).build(),
                ActionDeclaration.builder().roleArn(action).build(), SampleWork.ID);
        assertThat(String.join(",", role.chain())).isEqualTo(chain == null ? "" : chain);
        assertThat(role.externalId()).isEqualTo(PIPELINE);
        assertThat(role.session()).isEqualTo(SampleWork.ID);
    }

    @ParameterizedTest
    @CsvSource({"'', false", "*, false", "arn:aws:iam::210987654321:role/default, true"})
    void rolesAreAssumedWhereADefaultRoleIsNamed(String defaultRole, boolean assumes) {
        assertThat(settings(defaultRole).assumesRoles()).isEqualTo(assumes);
        assertThat(Settings.fromEnvironment(Map.of("AWS_REGION", "eu-west-1", "PIPEWRIGHT_ACCOUNT", "210987654321",
                "PIPEWRIGHT_TABLE", "t", "PIPEWRIGHT_BUCKET", "b", "PIPEWRIGHT_MACHINE_ROLE", "m",
                "PIPEWRIGHT_DEFAULT_ROLE", defaultRole)).assumesRoles()).isEqualTo(assumes);
    }

    @Test
    void theChainIsWalkedLinkByLink() {
        roles.of(acting(PIPELINE_ROLE, ACTION_ROLE));

        assertThat(assumed).extracting(AssumeRoleRequest::roleArn).containsExactly(PIPELINE_ROLE, ACTION_ROLE);
        assertThat(assumed).extracting(AssumeRoleRequest::externalId).containsOnly(PIPELINE);
        assertThat(assumed).extracting(AssumeRoleRequest::roleSessionName).containsOnly(SampleWork.ID);
        assertThat(assumers.get(1).resolveCredentials().accessKeyId()).isEqualTo("of " + PIPELINE_ROLE);
        assertThat(actors.get(0).resolveCredentials().accessKeyId()).isEqualTo("of " + ACTION_ROLE);
    }

    @Test
    void aSessionIsKeptUntilShortlyBeforeItExpires() {
        Clients first = roles.of(acting(PIPELINE_ROLE));
        assertThat(roles.of(acting(PIPELINE_ROLE))).isSameAs(first);
        assertThat(assumed).hasSize(1);

        life = Duration.ofSeconds(50);
        Clients other = roles.of(acting(ACTION_ROLE));
        assertThat(roles.of(acting(ACTION_ROLE))).isSameAs(other);
        assertThat(assumed).hasSizeGreaterThan(2);
    }

    @Test
    void sessionsOfOtherExecutionsAreNotShared() {
        roles.of(acting(PIPELINE_ROLE));
        roles.of(new ActingRole(List.of(PIPELINE_ROLE), PIPELINE, "another"));
        assertThat(assumed).extracting(AssumeRoleRequest::roleSessionName).containsExactly(SampleWork.ID, "another");
    }

    @Test
    void aRefusalSaysWhatIsMissing() {
        fault = Optional.of(sts(403, "AccessDenied", "User: me is not authorized."));
        assertThatThrownBy(() -> roles.of(acting(PIPELINE_ROLE, ACTION_ROLE))).isInstanceOf(RoleRefusedException.class)
                .hasMessage("The role " + PIPELINE_ROLE + " can't be assumed: User: me is not authorized. Add this statement to its "
                        + "trust policy: {\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::210987654321:root\"},"
                        + "\"Action\":\"sts:AssumeRole\",\"Condition\":{\"StringEquals\":{\"sts:ExternalId\":\"" + PIPELINE
                        + "\"}}}, and tag the role with pipewright=pipewright or name it among the roles that this deployment may "
                        + "assume.");
    }

    @Test
    void aRefusedActionRoleMustTrustThePipelines() {
        faulty = ACTION_ROLE;
        fault = Optional.of(sts(403, "AccessDenied", "no."));
        assertThatThrownBy(() -> roles.of(acting(PIPELINE_ROLE, ACTION_ROLE))).isInstanceOf(RoleRefusedException.class)
                .hasMessageContaining("The role " + ACTION_ROLE).hasMessageContaining("{\"AWS\":\"" + PIPELINE_ROLE + "\"}")
                .hasMessageEndingWith(", and allow the role " + PIPELINE_ROLE + " to call sts:AssumeRole on it.");
    }

    @Test
    void whatMayPassIsNoRefusal() {
        for (RuntimeException passing : List.of(sts(500, "InternalFailure", "oops"), sts(400, "Throttling", "slow"),
                sts(403, "ExpiredToken", "old"))) {
            fault = Optional.of(passing);
            assertThatThrownBy(() -> roles.of(acting(PIPELINE_ROLE))).isSameAs(passing);
        }
        fault = Optional.empty();
        assertThat(roles.of(acting(PIPELINE_ROLE))).isNotNull();
    }

    @Test
    void withoutADefaultRoleTheClientsAreTheEnginesOwn() {
        var engine = SampleWork.engine(() -> null, () -> null);
        var work = SampleWork.of(ActionCategory.DEPLOY, "S3", Map.of()).work();
        assertThat(work.clients(engine)).isSameAs(engine.clients());
        assertThat(engine.clientsFor(work.record())).isSameAs(engine.clients());
    }
}
