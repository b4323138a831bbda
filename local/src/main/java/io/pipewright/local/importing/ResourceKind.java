package io.pipewright.local.importing;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What CloudFormation answers about a resource of a type that pipelines speak of ("Return values" in the template reference).
 *
 * @param nameProperty the property that names it; empty if its name is always made up
 * @param ref what {@code Ref} gives
 * @param arn its ARN, or empty; {@code {name}} and the like are to be filled in
 */
record ResourceKind(String nameProperty, Reference ref, String arn) {

    enum Reference { NAME, ARN, OTHER }

    private static final Map<String, ResourceKind> ALL = Map.ofEntries(
            kind("AWS::S3::Bucket", "BucketName", "arn:{partition}:s3:::{name}"),
            kind("AWS::IAM::Role", "RoleName", "arn:{partition}:iam::{account}:role{path}{name}"),
            kind("AWS::CodeBuild::Project", "Name", regional("codebuild", "project/{name}")),
            kind("AWS::Lambda::Function", "FunctionName", regional("lambda", "function:{name}")),
            kind("AWS::Serverless::Function", "FunctionName", regional("lambda", "function:{name}")),
            kind("AWS::KMS::Key", "", regional("kms", "key/{name}")),
            kind("AWS::KMS::Alias", "AliasName", regional("kms", "{name}")),
            kind("AWS::CodePipeline::Pipeline", "Name", ""),
            kind("AWS::ECR::Repository", "RepositoryName", regional("ecr", "repository/{name}")),
            kind("AWS::ECS::Cluster", "ClusterName", regional("ecs", "cluster/{name}")),
            kind("AWS::CodeDeploy::Application", "ApplicationName", ""),
            kind("AWS::CodeDeploy::DeploymentGroup", "DeploymentGroupName", ""),
            kind("AWS::ElasticBeanstalk::Application", "ApplicationName", ""),
            kind("AWS::ElasticBeanstalk::Environment", "EnvironmentName", ""),
            kind("AWS::SSM::Parameter", "Name", ""),
            kind("AWS::Events::EventBus", "Name", regional("events", "event-bus/{name}")),
            kind("AWS::DynamoDB::Table", "TableName", regional("dynamodb", "table/{name}")),
            Map.entry("AWS::CodeCommit::Repository",
                    new ResourceKind("RepositoryName", Reference.OTHER, regional("codecommit", "{name}"))),
            Map.entry("AWS::SQS::Queue", new ResourceKind("QueueName", Reference.OTHER, regional("sqs", "{name}"))),
            Map.entry("AWS::SNS::Topic", new ResourceKind("TopicName", Reference.ARN, regional("sns", "{name}"))),
            Map.entry("AWS::StepFunctions::StateMachine",
                    new ResourceKind("StateMachineName", Reference.ARN, regional("states", "stateMachine:{name}"))),
            Map.entry("AWS::Serverless::StateMachine",
                    new ResourceKind("Name", Reference.ARN, regional("states", "stateMachine:{name}"))));

    private static final ResourceKind UNKNOWN = new ResourceKind("", Reference.OTHER, "");
    /** Attributes that are the resource's name. */
    private static final Set<String> NAMES = Set.of("Name", "TopicName", "QueueName", "KeyId");

    private static Map.Entry<String, ResourceKind> kind(String type, String nameProperty, String arn) {
        return Map.entry(type, new ResourceKind(nameProperty, Reference.NAME, arn));
    }

    private static String regional(String service, String resource) {
        return "arn:{partition}:" + service + ":{region}:{account}:" + resource;
    }

    static ResourceKind of(String type) {
        return ALL.getOrDefault(type, UNKNOWN);
    }

    /** Whether this attribute is the name. */
    boolean isName(String attribute) {
        return NAMES.contains(attribute) && this != UNKNOWN;
    }

    /** The name that a physical id tells. */
    Optional<String> name(String physicalId) {
        return switch (ref) {
            case NAME -> Optional.of(physicalId);
            case ARN -> Optional.of(physicalId.substring(physicalId.lastIndexOf(':') + 1));
            case OTHER -> Optional.empty();
        };
    }
}
