package io.pipewright.infra;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.dynamodb.TableEncryption;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.ObjectOwnership;
import software.constructs.Construct;

/** The table, the bucket for what is too large for it, and the bucket of artifacts. */
final class Storage extends Construct {
    private final ITable table;
    private final Bucket state;
    private final Bucket artifacts;
    private final Optional<IKey> key;

    Storage(Construct scope, Decisions decisions, Optional<IKey> key) {
        super(scope, "Storage");
        this.key = key;
        table = decisions.table().map(name -> Table.fromTableName(this, "Restored", name)).orElseGet(() -> createTable(decisions));
        state = createBucket("State", decisions, List.of(LifecycleRule.builder()
                // Versions are read only after an accident; objects themselves stay, as executions of the history name them.
                .noncurrentVersionExpiration(Duration.days(30))
                .abortIncompleteMultipartUploadAfter(Duration.days(1)).build()));
        artifacts = createBucket("Artifacts", decisions, List.of(LifecycleRule.builder()
                .expiration(Duration.days(decisions.artifactDays()))
                .noncurrentVersionExpiration(Duration.days(1))
                .abortIncompleteMultipartUploadAfter(Duration.days(1)).build()));
    }

    private ITable createTable(Decisions decisions) {
        return Table.Builder.create(this, "Table")
                .partitionKey(Attribute.builder().name("pk").type(AttributeType.STRING).build())
                .sortKey(Attribute.builder().name("sk").type(AttributeType.STRING).build())
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .timeToLiveAttribute("ttl")
                .pointInTimeRecoverySpecification(PointInTimeRecoverySpecification.builder()
                        .pointInTimeRecoveryEnabled(true).build())
                .encryption(key.isPresent() ? TableEncryption.CUSTOMER_MANAGED : TableEncryption.AWS_MANAGED)
                .encryptionKey(key.orElse(null))
                .deletionProtection(decisions.removalPolicy() == RemovalPolicy.RETAIN)
                .removalPolicy(decisions.removalPolicy())
                .build();
    }

    private Bucket createBucket(String id, Decisions decisions, List<LifecycleRule> lifecycle) {
        Bucket bucket = Bucket.Builder.create(this, id)
                .encryption(key.isPresent() ? BucketEncryption.KMS : BucketEncryption.S3_MANAGED)
                .encryptionKey(key.orElse(null))
                .bucketKeyEnabled(key.isPresent())
                .enforceSsl(true)
                .minimumTlsVersion(1.2)
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
                .versioned(true)
                .lifecycleRules(lifecycle)
                .removalPolicy(decisions.removalPolicy())
                .build();
        Explained.rule(bucket, "AwsSolutions-S1", "Only the stack's functions and users' builds read it, by their own roles; "
                + "CloudTrail's data events record that for who wants it, without a bucket that grows for ever.");
        return bucket;
    }

    /** What any conversation with a pipeline or an execution takes: items, one by one, and large declarations. */
    void grantState(HandlerFunction function) {
        function.allow(List.of("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"), List.of(table.getTableArn()));
        function.allow(List.of("s3:GetObject"), List.of(declarations()));
        grantKey(function);
    }

    /** Actions ask for what others put out, triggers for who listens, the reconciler for what is due. */
    void grantQueries(HandlerFunction function) {
        function.allow(List.of("dynamodb:Query"), List.of(table.getTableArn()));
    }

    /** Pages of the history are of items that pointers name. */
    void grantPages(HandlerFunction function) {
        function.allow(List.of("dynamodb:BatchGetItem"), List.of(table.getTableArn()));
    }

    /** Only who creates and updates pipelines writes declarations. */
    void grantDeclarations(HandlerFunction function) {
        function.allow(List.of("s3:PutObject"), List.of(declarations()));
    }

    private String declarations() {
        return state.arnForObjects("declarations/*");
    }

    private void grantKey(HandlerFunction function) {
        key.ifPresent(known -> function.allow(
                List.of("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"),
                List.of(known.getKeyArn())));
    }

    /** The objects of every artifact bucket: the stack's own and those that the deployment names. */
    List<String> artifactObjects(Decisions decisions) {
        return Stream.concat(
                Stream.of(artifacts.arnForObjects("*")),
                Arns.objects(this, decisions.artifactBuckets()).stream()).toList();
    }

    /** The same buckets themselves. */
    List<String> artifactBuckets(Decisions decisions) {
        return Stream.concat(
                Stream.of(artifacts.getBucketArn()), Arns.buckets(this, decisions.artifactBuckets()).stream()).toList();
    }

    ITable table() {
        return table;
    }

    Bucket state() {
        return state;
    }

    Bucket artifacts() {
        return artifacts;
    }
}
