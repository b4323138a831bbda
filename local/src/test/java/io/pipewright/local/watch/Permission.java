package io.pipewright.local.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildsRequest;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectRequest;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.sfn.model.CreateStateMachineRequest;
import software.amazon.awssdk.services.sfn.model.DeleteStateMachineRequest;
import software.amazon.awssdk.services.sfn.model.DeleteStateMachineVersionRequest;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionRequest;
import software.amazon.awssdk.services.sfn.model.SendTaskFailureRequest;
import software.amazon.awssdk.services.sfn.model.SendTaskSuccessRequest;
import software.amazon.awssdk.services.sfn.model.StartExecutionRequest;
import software.amazon.awssdk.services.sfn.model.StopExecutionRequest;
import software.amazon.awssdk.services.sfn.model.UpdateStateMachineRequest;
import software.amazon.awssdk.services.sns.model.PublishRequest;

/**
 * What IAM asks for a call, after the Service Authorization Reference and S3's list of permissions by operation.
 *
 * @param resource an ARN in which every UUID is the same one, and an object's key ends behind its first segment: the thousand
 *     pipelines of a suite are one
 */
record Permission(String function, String action, String resource) {
    private static final String PLACE = ":us-east-1:000000000000:";
    private static final String ANY_MACHINE = "arn:aws:states" + PLACE + "stateMachine:pipewright-any";
    private static final Pattern UUIDS = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    /** S3 tells these words only to those who may list the bucket; everybody else is told that access is denied. */
    private static final List<String> MISSING_KEY = List.of("NoSuchKey", "NotFound", "NoSuchVersion");
    /** Said of buckets, projects, functions and topics that aren't there: nobody can have granted them. */
    private static final List<String> MISSING_RESOURCE = List.of("NoSuchBucket", "ResourceNotFoundException", "NotFoundException");

    private record Need(String action, String resource) { }

    private static final Map<Class<?>, BiFunction<SdkRequest, Boolean, List<Need>>> NEEDS = Map.ofEntries(
            rule(GetItemRequest.class, one -> List.of(table("GetItem", one.tableName()))),
            rule(PutItemRequest.class, one -> List.of(table("PutItem", one.tableName()))),
            rule(DeleteItemRequest.class, one -> List.of(table("DeleteItem", one.tableName()))),
            rule(QueryRequest.class, one -> List.of(table("Query", one.tableName()))),
            rule(BatchGetItemRequest.class, one -> one.requestItems().keySet().stream()
                    .map(name -> table("BatchGetItem", name)).toList()),
            readRule(GetObjectRequest.class, (one, missing) -> read(one.bucket(), one.key(), one.versionId(), missing)),
            readRule(HeadObjectRequest.class, (one, missing) -> read(one.bucket(), one.key(), one.versionId(), missing)),
            readRule(CopyObjectRequest.class, Permission::copy),
            rule(PutObjectRequest.class, one -> write(one.bucket(), one.key(), one.acl() != null)),
            rule(CreateMultipartUploadRequest.class, one -> write(one.bucket(), one.key(), one.acl() != null)),
            rule(CompleteMultipartUploadRequest.class, one -> write(one.bucket(), one.key(), false)),
            rule(AbortMultipartUploadRequest.class, one ->
                    List.of(object("AbortMultipartUpload", one.bucket(), one.key()))),
            readRule(UploadPartCopyRequest.class, (one, missing) -> both(
                    read(one.sourceBucket(), one.sourceKey(), one.sourceVersionId(), missing),
                    write(one.destinationBucket(), one.destinationKey(), false))),
            rule(PutEventsRequest.class, one -> one.entries().stream().map(entry -> new Need("events:PutEvents",
                    "arn:aws:events" + PLACE + "event-bus/"
                            + (entry.eventBusName() == null ? "default" : entry.eventBusName()))).toList()),
            rule(PublishRequest.class, one -> List.of(new Need("sns:Publish", one.topicArn()))),
            rule(InvokeRequest.class, one -> List.of(new Need("lambda:InvokeFunction", function(one.functionName())))),
            rule(StartBuildRequest.class, one -> List.of(project("StartBuild", one.projectName()))),
            rule(ListBuildsForProjectRequest.class, one -> List.of(project("ListBuildsForProject", one.projectName()))),
            rule(BatchGetBuildsRequest.class, one -> one.ids().stream()
                    .map(id -> project("BatchGetBuilds", id.split(":", 2)[0])).toList()),
            rule(SendTaskSuccessRequest.class, one -> List.of(new Need("states:SendTaskSuccess", ANY_MACHINE))),
            rule(SendTaskFailureRequest.class, one -> List.of(new Need("states:SendTaskFailure", ANY_MACHINE))),
            rule(StartExecutionRequest.class, one -> List.of(machine("StartExecution", one.stateMachineArn()))),
            rule(StopExecutionRequest.class, one -> List.of(new Need("states:StopExecution", one.executionArn()))),
            rule(DescribeExecutionRequest.class, one ->
                    List.of(new Need("states:DescribeExecution", one.executionArn()))),
            rule(CreateStateMachineRequest.class, one -> machines("CreateStateMachine",
                    "arn:aws:states" + PLACE + "stateMachine:" + one.name(), one.publish(), one.roleArn())),
            rule(UpdateStateMachineRequest.class, one -> machines("UpdateStateMachine",
                    one.stateMachineArn(), one.publish(), one.roleArn())),
            rule(DeleteStateMachineRequest.class, one -> List.of(machine("DeleteStateMachine", one.stateMachineArn()))),
            rule(DeleteStateMachineVersionRequest.class, one ->
                    List.of(machine("DeleteStateMachineVersion", one.stateMachineVersionArn()))));

    /** What a function needs for a call; a call that isn't known here needs an action that no policy allows. */
    static List<Permission> of(String function, SdkRequest request, Object answer) {
        String code = answer instanceof AwsServiceException e && e.awsErrorDetails() != null
                ? e.awsErrorDetails().errorCode() : "";
        if (MISSING_RESOURCE.contains(code)) {
            return List.of();
        }
        BiFunction<SdkRequest, Boolean, List<Need>> needs = NEEDS.get(request.getClass());
        List<Need> needed = needs == null
                ? List.of(new Need("unknown:" + request.getClass().getSimpleName(), "*"))
                : needs.apply(request, MISSING_KEY.contains(code));
        return needed.stream().map(need -> new Permission(
                function, need.action(), UUIDS.matcher(need.resource()).replaceAll("00000000-0000-4000-8000-000000000000")))
                .toList();
    }

    /** What Git's protocol asks of CodeCommit. */
    static Permission pull(String function, String repository) {
        return new Permission(function, "codecommit:GitPull", "arn:aws:codecommit" + PLACE + repository);
    }

    private static <R extends SdkRequest> Map.Entry<Class<?>, BiFunction<SdkRequest, Boolean, List<Need>>> rule(
            Class<R> type, java.util.function.Function<R, List<Need>> needs) {
        return readRule(type, (request, missing) -> needs.apply(request));
    }

    /** Of calls that read an object: the boolean says that it isn't there. */
    private static <R extends SdkRequest> Map.Entry<Class<?>, BiFunction<SdkRequest, Boolean, List<Need>>> readRule(
            Class<R> type, BiFunction<R, Boolean, List<Need>> needs) {
        return Map.entry(type, (request, missing) -> needs.apply(type.cast(request), missing));
    }

    private static Need table(String operation, String name) {
        return new Need("dynamodb:" + operation, "arn:aws:dynamodb" + PLACE + "table/" + name);
    }

    private static Need object(String action, String bucket, String key) {
        int end = key.indexOf('/', 1);
        return new Need("s3:" + action, "arn:aws:s3:::" + bucket + "/" + (end < 0 ? key : key.substring(0, end) + "/rest"));
    }

    private static List<Need> read(String bucket, String key, String version, boolean missing) {
        List<Need> needs = new ArrayList<>();
        needs.add(object(version == null ? "GetObject" : "GetObjectVersion", bucket, key));
        if (missing) {
            needs.add(new Need("s3:ListBucket", "arn:aws:s3:::" + bucket));
        }
        return needs;
    }

    /** Tags are copied too, where there are any. */
    private static List<Need> copy(CopyObjectRequest one, boolean missing) {
        List<Need> needs = new ArrayList<>(read(one.sourceBucket(), one.sourceKey(), one.sourceVersionId(), missing));
        needs.add(object(one.sourceVersionId() == null ? "GetObjectTagging" : "GetObjectVersionTagging",
                one.sourceBucket(), one.sourceKey()));
        needs.add(object("PutObject", one.destinationBucket(), one.destinationKey()));
        needs.add(object("PutObjectTagging", one.destinationBucket(), one.destinationKey()));
        return needs;
    }

    private static List<Need> write(String bucket, String key, boolean acl) {
        return acl ? List.of(object("PutObject", bucket, key), object("PutObjectAcl", bucket, key))
                : List.of(object("PutObject", bucket, key));
    }

    private static List<Need> both(List<Need> one, List<Need> other) {
        List<Need> needs = new ArrayList<>(one);
        needs.addAll(other);
        return needs;
    }

    private static String function(String name) {
        return name.startsWith("arn:") ? name : "arn:aws:lambda" + PLACE + "function:" + name;
    }

    private static Need project(String operation, String name) {
        return new Need("codebuild:" + operation, "arn:aws:codebuild" + PLACE + "project/" + name);
    }

    /** Versions are authorized on their machine. */
    private static Need machine(String operation, String arn) {
        String[] parts = arn.split(":");
        return new Need("states:" + operation, String.join(":", List.of(parts).subList(0, 7)));
    }

    private static List<Need> machines(String operation, String arn, Boolean publish, String role) {
        List<Need> needs = new ArrayList<>(List.of(machine(operation, arn)));
        if (Boolean.TRUE.equals(publish)) {
            needs.add(machine("PublishStateMachineVersion", arn));
        }
        if (role != null) {
            needs.add(new Need("iam:PassRole", role));
        }
        return needs;
    }
}
