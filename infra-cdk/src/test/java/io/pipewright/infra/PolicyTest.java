package io.pipewright.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Each function's role allows just what its code calls. The evidence are the calls that the functions made while the local home's
 * tests ran; the deployment names the buckets that those tests name. A function that the home doesn't call itself is watched if the test
 * that calls it makes it with {@code LocalHome.engine(name)}.
 */
class PolicyTest {
    private static final Recorded RECORDED = Recorded.read();
    private static final Grants GRANTS = new Grants(Deployment.of(Map.of(
            "sourceBuckets", "source*", "deployBuckets", "site",
            "sourceRepositories", "*", "buildProjects", "*", "invokeFunctions", "*",
            "approvalTopics", "arn:aws:sns:us-east-1:*")));

    /** Calls that no code of the functions makes. */
    private static final Map<String, String> OTHERS_CALLS = Map.of(
            "logs:CreateLogStream", "Lambda writes the log",
            "logs:PutLogEvents", "Lambda writes the log",
            "xray:PutTraceSegments", "Lambda's tracing",
            "xray:PutTelemetryRecords", "Lambda's tracing",
            "sqs:SendMessage", "Lambda keeps events that failed",
            "sts:AssumeRole", "the local home has no roles: RoleClientsTest and JobsHandlerTest have");

    /**
     * What a conversation with a pipeline or an execution may come to, whoever holds it: one code does it for all functions, and who
     * finds an effect owed carries it out. Which of them an ordinary test brings a function to is chance; some function must.
     */
    private static final Set<String> CONVERSATION = Set.of(
            "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "events:PutEvents", "states:SendTaskFailure",
            "states:SendTaskSuccess", "states:StartExecution", "states:StopExecution");

    /** Large declarations are read in the same way, once by each instance of a function. */
    private static final String DECLARATIONS = "arn:aws:s3:::pipewright-state/declarations/*";

    /** An action may name a function with a version or alias, which local functions don't have. */
    private static final String QUALIFIED = "arn:aws:lambda:us-east-1:000000000000:function:*:*";

    /** Calls that the local home's tests can't bring about, and where they are made instead. */
    private static final Map<String, String> ELSEWHERE = Map.of(
            "build codebuild:ListBuildsForProject", "a build whose start nobody wrote down: CodeBuildActionsTest",
            "build codebuild:BatchGetBuilds", "the same, and a build that ended at once: CodeBuildActionsTest",
            "test codebuild:ListBuildsForProject", "as build, by the same code",
            "test codebuild:BatchGetBuilds", "as build, by the same code",
            "reconciler codebuild:BatchGetBuilds", "a build of whose end no event came: CodeBuildActionsTest",
            "resource states:DeleteStateMachineVersion", "as the API, by the same code",
            "deploy s3:PutObjectAcl", "the local S3 has no ACLs: S3DeployTest",
            "deploy s3:AbortMultipartUpload", "S3 fails in the middle of a copy: S3DeployTest");

    @Test
    void everyCallIsAllowed() {
        assumeTrue(!RECORDED.needs().isEmpty(), () -> "Skipped: " + RECORDED.missing());
        List<String> refused = RECORDED.needs().stream().filter(need -> !isAllowed(need))
                .map(need -> need.function() + " calls " + need.action() + " on " + need.resource()).toList();
        assertThat(refused).as("calls that the function's role doesn't allow").isEmpty();
    }

    private static boolean isAllowed(Recorded.Need need) {
        return Handler.all().filter(handler -> handler.text().equals(need.function()))
                .flatMap(handler -> GRANTS.of(handler).stream()).anyMatch(grant -> grant.covers(need));
    }

    @Test
    void nothingElseIsAllowed() {
        assumeTrue(RECORDED.missing().isEmpty(), () -> "Skipped, as the recorded calls are not those of the whole suite (mvn verify): "
                + RECORDED.missing());
        List<Grants.Grant> idle = Handler.all().flatMap(handler -> GRANTS.of(handler).stream())
                .filter(grant -> RECORDED.needs().stream().noneMatch(grant::covers) && !isExplained(grant)).toList();
        assertThat(idle).as("permissions that nothing uses").isEmpty();
    }

    private static boolean isExplained(Grants.Grant grant) {
        boolean shared = CONVERSATION.contains(grant.action()) || grant.resource().equals(DECLARATIONS);
        return OTHERS_CALLS.containsKey(grant.action()) || grant.resource().equals(QUALIFIED)
                || ELSEWHERE.containsKey(grant.function().text() + " " + grant.action())
                || shared && Arrays.stream(Handler.values()).anyMatch(function -> RECORDED.needs().stream()
                        .anyMatch(new Grants.Grant(function, grant.action(), grant.resource())::covers));
    }

    @Test
    void everyFunctionIsWatched() {
        assumeTrue(RECORDED.missing().isEmpty(), () -> "Skipped: " + RECORDED.missing());
        assertThat(RECORDED.needs()).extracting(Recorded.Need::function)
                .containsAll(Handler.all().map(Handler::text).toList());
    }
}
