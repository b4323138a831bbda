package io.pipewright.infra;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.functions.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.constructs.Node;

/**
 * What whoever deploys decides, each with a default: CDK context, in {@code cdk.json} or by {@code -c key=value}. Lists are JSON
 * arrays, or comma-separated text. {@code docs/operations.md} explains every key.
 */
final class Decisions {
    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9-]{0,18}[a-z0-9]");
    private static final Pattern SCHEDULE = Pattern.compile("([A-Za-z0-9.@_-]{1,100})=((?:cron|rate)\\(.+\\))");
    /** CloudWatch Logs takes only these. */
    private static final List<Integer> LOG_DAYS = List.of(
            1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653);

    private final Node node;
    private PipelineFiles pipelines;

    Decisions(Node node) {
        this.node = node;
    }

    /** What functions', machines' and topics' names begin with, including the hyphen. */
    String prefix() {
        String prefix = text("prefix").orElse("pipewright");
        if (!PREFIX.matcher(prefix).matches()) {
            throw refused("prefix", prefix, "2 to 20 lower case letters, digits and inner hyphens, a letter first");
        }
        return prefix + "-";
    }

    /** Whether table and buckets outlive the stack. */
    RemovalPolicy removalPolicy() {
        String policy = text("removalPolicy").orElse("retain");
        return switch (policy) {
            case "retain" -> RemovalPolicy.RETAIN;
            case "destroy" -> RemovalPolicy.DESTROY;
            default -> throw refused("removalPolicy", policy, "retain or destroy");
        };
    }

    /** Key of table, buckets and approver topic; AWS's own keys without one. */
    Optional<String> kmsKey() {
        return text("kmsKey");
    }

    int historyDays() {
        return number("historyDays", 365, 1, 3650);
    }

    int artifactDays() {
        return number("artifactDays", 90, 1, 3650);
    }

    int logDays() {
        int days = number("logDays", 90, 1, 3653);
        if (!LOG_DAYS.contains(days)) {
            throw refused("logDays", String.valueOf(days), "one of " + LOG_DAYS);
        }
        return days;
    }

    /** MiB; Lambda gives CPU in proportion. */
    int memory() {
        return number("memory", 1024, 256, 10_240);
    }

    /** The newest Java, or an older one for emulators that lack it. */
    Runtime runtime() {
        String version = text("java").orElse("25");
        return switch (version) {
            case "25" -> Runtime.JAVA_25;
            case "21" -> Runtime.JAVA_21;
            case "17" -> Runtime.JAVA_17;
            default -> throw refused("java", version, "25, 21 or 17");
        };
    }

    /** ARM, which costs less; x86 for emulators on machines that run nothing else. */
    Architecture architecture() {
        String name = text("architecture").orElse("arm64");
        return switch (name) {
            case "arm64" -> Architecture.ARM_64;
            case "x86_64" -> Architecture.X86_64;
            default -> throw refused("architecture", name, "arm64 or x86_64");
        };
    }

    /** Quotas that differ from AWS's: {@code NAME=number,…}. */
    Optional<String> limits() {
        Optional<String> limits = text("limits");
        try {
            Settings.limits(limits.orElse(""));
        } catch (IllegalArgumentException e) {
            throw refused("limits", limits.orElse(""), "NAME=number,… (" + e.getMessage() + ")");
        }
        return limits;
    }

    Optional<String> approverTopic() {
        return text("approverTopic");
    }

    Optional<String> approverEmail() {
        return text("approverEmail");
    }

    Optional<String> alarmTopic() {
        return text("alarmTopic");
    }

    Optional<String> alarmEmail() {
        return text("alarmEmail");
    }

    /** A table that is there, restored from a backup, to be used in place of one that the stack makes. */
    Optional<String> table() {
        return text("table");
    }

    /**
     * When a pipeline starts by the clock.
     *
     * @param expression EventBridge's {@code cron(…)} or {@code rate(…)}, in UTC
     */
    record Timetable(String pipeline, String expression) { }

    List<Timetable> schedules() {
        return list("schedules").stream().map(Decisions::timetable).toList();
    }

    private static Timetable timetable(String text) {
        Matcher matcher = SCHEDULE.matcher(text);
        if (!matcher.matches()) {
            throw refused("schedules", text, "a list of pipeline=cron(…) or pipeline=rate(…)");
        }
        return new Timetable(matcher.group(1), matcher.group(2));
    }

    /** Interface endpoint for {@code execute-api} that the API is private behind; regional without one. */
    Optional<String> vpcEndpoint() {
        return text("vpcEndpoint");
    }

    /** VPC to make such an endpoint in. */
    Optional<String> vpc() {
        return text("vpc");
    }

    /** Where that VPC's endpoint is to be: at least one subnet. */
    List<String> vpcSubnets() {
        List<String> subnets = list("vpcSubnets");
        if (subnets.isEmpty()) {
            throw new IllegalArgumentException("The context vpc needs vpcSubnets too: the subnets that the endpoint is to be in.");
        }
        return subnets;
    }

    /** Who may reach that VPC's endpoint: address range of the callers. */
    String vpcCallers() {
        return text("vpcCallers").orElseThrow(() -> new IllegalArgumentException(
                "The context vpc needs vpcCallers too: the address range that may call the API."));
    }

    boolean apiAccessLogs() {
        String wanted = text("apiAccessLogs").orElse("false");
        if (!List.of("true", "false").contains(wanted)) {
            throw refused("apiAccessLogs", wanted, "true or false");
        }
        return wanted.equals("true");
    }

    /** Roles that actions may run as, besides those that carry the tag: ARNs. */
    List<String> assumableRoles() {
        return list("assumableRoles");
    }

    /** Definitions of the pipelines that are deployed with the stack, from the folder that is named for them. */
    PipelineFiles pipelines() {
        if (pipelines == null) {
            pipelines = text("pipelines").map(this::readPipelines).orElseGet(() -> new PipelineFiles(List.of()));
        }
        return pipelines;
    }

    private PipelineFiles readPipelines(String folder) {
        if (!Files.isDirectory(Path.of(folder))) {
            throw refused("pipelines", folder, "a folder with definitions of pipelines");
        }
        // The CDK command line says where it is about to deploy to.
        String region = System.getenv().getOrDefault("CDK_DEFAULT_REGION", "us-east-1");
        return PipelineFiles.read(Path.of(folder), Settings.limits(limits().orElse("")), region);
    }

    /** Buckets whose objects may start pipelines and be their sources. */
    List<String> sourceBuckets() {
        return both(list("sourceBuckets"), pipelines().sources("S3", "S3Bucket"));
    }

    /** CodeCommit repositories that may start pipelines and be their sources. */
    List<String> sourceRepositories() {
        return both(list("sourceRepositories"), pipelines().sources("CodeCommit", "RepositoryName"));
    }

    /** Buckets that S3 deploy actions may write to. */
    List<String> deployBuckets() {
        return both(list("deployBuckets"), pipelines().names(List.of(ActionCategory.DEPLOY), "S3", "BucketName"));
    }

    /** Artifact buckets besides the stack's own. */
    List<String> artifactBuckets() {
        return both(list("artifactBuckets"), pipelines().artifactBuckets());
    }

    /** CodeBuild projects that actions may build with; {@code *} matches within a name. */
    List<String> buildProjects() {
        return both(list("buildProjects"),
                pipelines().names(List.of(ActionCategory.BUILD, ActionCategory.TEST), "CodeBuild", "ProjectName"));
    }

    /** Lambda functions that actions may invoke; {@code *} matches within a name. */
    List<String> invokeFunctions() {
        return both(list("invokeFunctions"), pipelines().names(List.of(ActionCategory.INVOKE), "Lambda", "FunctionName"));
    }

    /** Topics besides the approver topic that approvals may notify: ARNs. */
    List<String> approvalTopics() {
        return both(list("approvalTopics"), pipelines().names(List.of(ActionCategory.APPROVAL), "Manual", "NotificationArn"));
    }

    /** What whoever deploys names, and what the definitions name. */
    private static List<String> both(List<String> named, List<String> defined) {
        return Stream.concat(named.stream(), defined.stream()).distinct().toList();
    }

    /** Folder of the functions' deployment packages. */
    Path jars() {
        return Path.of(text("jars").orElse("jars/target/functions"));
    }

    private Optional<String> text(String key) {
        return Optional.ofNullable(node.tryGetContext(key)).map(String::valueOf).map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    private List<String> list(String key) {
        Object value = node.tryGetContext(key);
        if (value instanceof List<?> many) {
            return many.stream().map(String::valueOf).toList();
        }
        Optional<String> json = text(key).filter(text -> text.startsWith("["));
        if (json.isPresent()) {
            return array(key, json.get());
        }
        return text(key).stream().flatMap(text -> Arrays.stream(text.split(","))).map(String::strip)
                .filter(one -> !one.isEmpty()).toList();
    }

    /** The CDK command line hands everything over as text. */
    private static List<String> array(String key, String json) {
        try {
            return List.of(new ObjectMapper().readValue(json, String[].class));
        } catch (JsonProcessingException e) {
            throw refused(key, json, "a JSON array of texts, or texts separated by commas");
        }
    }

    private int number(String key, int usual, int least, int most) {
        Optional<String> given = text(key);
        if (given.isEmpty()) {
            return usual;
        }
        String allowed = "a whole number from " + least + " to " + most;
        try {
            int number = Integer.parseInt(given.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refused(key, given.get(), allowed);
        }
        throw refused(key, given.get(), allowed);
    }

    private static IllegalArgumentException refused(String key, String value, String allowed) {
        return new IllegalArgumentException("The context " + key + " is \"" + value + "\"; it must be " + allowed + ".");
    }
}
