package io.pipewright.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.cloudformation.model.StackStatus;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** A stack made from an assembly by CloudFormation, in an account that is bootstrapped for CDK as far as the template asks for it. */
final class Deployed implements AutoCloseable {
    private static final String BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version";
    private static final Duration LONGEST_DEPLOYMENT = Duration.ofMinutes(10);

    private final CloudFormationClient cloudFormation;
    private final String name;
    private final Map<String, String> outputs;

    private Deployed(CloudFormationClient cloudFormation, String name) {
        this.cloudFormation = cloudFormation;
        this.name = name;
        await().atMost(LONGEST_DEPLOYMENT).pollInterval(Duration.ofSeconds(1))
                .until(() -> !describe().stackStatusAsString().endsWith("_IN_PROGRESS"));
        Stack stack = describe();
        assertThat(stack.stackStatus()).as(this::failures).isEqualTo(StackStatus.CREATE_COMPLETE);
        outputs = stack.outputs().stream().collect(Collectors.toMap(Output::outputKey, Output::outputValue));
    }

    static Deployed deploy(Emulator aws, S3Client s3, Assembly assembly, String name) throws IOException {
        try (SsmClient parameters = aws.client(SsmClient.builder())) {
            parameters.putParameter(request -> request
                    .name(BOOTSTRAP_VERSION).value("30").type(ParameterType.STRING).overwrite(true));
        }
        String account = aws.account();
        for (Assembly.Asset asset : assembly.assets()) {
            String bucket = named(asset.bucket(), account);
            if (s3.listBuckets().buckets().stream().noneMatch(one -> one.name().equals(bucket))) {
                s3.createBucket(request -> request.bucket(bucket));
            }
            s3.putObject(request -> request.bucket(bucket).key(asset.key()), RequestBody.fromFile(asset.file()));
        }
        Assembly.Asset template = assembly.template();
        CloudFormationClient cloudFormation = aws.client(CloudFormationClient.builder());
        cloudFormation.createStack(request -> request.stackName(name)
                .templateURL(aws.endpoint() + "/" + named(template.bucket(), account) + "/" + template.key())
                .capabilities(Capability.CAPABILITY_NAMED_IAM));
        return new Deployed(cloudFormation, name);
    }

    private static String named(String bucket, String account) {
        return bucket.replace("${AWS::AccountId}", account).replace("${AWS::Region}", Emulator.REGION);
    }

    String output(String key) {
        return outputs.get(key);
    }

    private Stack describe() {
        return cloudFormation.describeStacks(request -> request.stackName(name)).stacks().get(0);
    }

    private String failures() {
        List<StackEvent> events = cloudFormation.describeStackEvents(request -> request.stackName(name)).stackEvents();
        return events.stream().filter(event -> event.resourceStatusAsString().endsWith("_FAILED"))
                .map(event -> event.logicalResourceId() + ": " + event.resourceStatusReason())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        cloudFormation.deleteStack(request -> request.stackName(name));
        await().atMost(LONGEST_DEPLOYMENT).pollInterval(Duration.ofSeconds(1)).until(this::isGone);
        cloudFormation.close();
    }

    private boolean isGone() {
        try {
            return describe().stackStatus() == StackStatus.DELETE_COMPLETE;
        } catch (CloudFormationException e) {
            return true;
        }
    }
}
