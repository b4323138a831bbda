package io.pipewright.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.assertions.Template;

/** A stack made from a context, and its template as plain maps. The functions' packages are stand-ins. */
final class Deployment {
    private static Deployment usual;
    private static Deployment full;

    private final PipewrightStack stack;
    private final Map<String, Map<String, Object>> resources;
    private final Template template;

    private Deployment(Map<String, Object> context) {
        this.stack = stack(context);
        this.template = Template.fromStack(stack);
        this.resources = object(template.toJSON().get("Resources")).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> object(entry.getValue())));
    }

    /** A stack that nobody has synthesized yet. */
    static PipewrightStack stack(Map<String, Object> context) {
        Map<String, Object> all = new HashMap<>(context);
        all.put("jars", standIns().toString());
        all.put("aws:cdk:disable-stack-trace", true);
        return new PipewrightStack(new App(AppProps.builder().context(all).build()), "PipewrightStack",
                StackProps.builder().build());
    }

    private static Path standIns() {
        try {
            Path folder = Files.createDirectories(Path.of("target", "stand-ins"));
            for (Handler.Archive archive : Handler.Archive.values()) {
                Files.writeString(folder.resolve(archive.file()), archive.file());
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Something decided. */
    static Deployment of(Map<String, Object> context) {
        return new Deployment(context);
    }

    /** Nothing decided. */
    static synchronized Deployment usual() {
        if (usual == null) {
            usual = new Deployment(Map.of());
        }
        return usual;
    }

    /** Everything decided that adds something. */
    static Map<String, Object> everything() {
        Map<String, Object> context = new HashMap<>();
        context.put("prefix", "team-a");
        context.put("removalPolicy", "destroy");
        context.put("kmsKey", "arn:aws:kms:eu-west-1:111122223333:key/0f0e0d0c-0b0a-4908-8706-050403020100");
        context.put("historyDays", 30);
        context.put("logDays", "14");
        context.put("memory", 2048);
        context.put("java", "21");
        context.put("architecture", "x86_64");
        context.put("limits", "pipelines=10");
        context.put("approverEmail", "approvers@example.com");
        context.put("alarmEmail", "operators@example.com");
        context.put("vpc", "vpc-1");
        context.put("vpcSubnets", "subnet-1,subnet-2");
        context.put("vpcCallers", "10.0.0.0/8");
        context.put("apiAccessLogs", "true");
        context.put("assumableRoles", List.of("arn:aws:iam::111122223333:role/release"));
        context.put("sourceBuckets", List.of("drop"));
        context.put("sourceRepositories", "shop");
        context.put("schedules", List.of("shop=cron(0 3 ? * MON,FRI *)"));
        context.put("deployBuckets", List.of("site"));
        context.put("artifactBuckets", "older-artifacts");
        context.put("buildProjects", "web-*");
        context.put("invokeFunctions", "verify");
        context.put("pipelines", "src/test/resources/pipelines");
        return context;
    }

    static synchronized Deployment full() {
        if (full == null) {
            full = new Deployment(everything());
        }
        return full;
    }

    int size() {
        return resources.size();
    }

    Template template() {
        return template;
    }

    /** Everything of a type, by logical id. */
    Map<String, Map<String, Object>> resources(String type) {
        Map<String, Map<String, Object>> found = new HashMap<>();
        resources.forEach((id, resource) -> {
            if (resource.get("Type").equals(type)) {
                found.put(id, resource);
            }
        });
        return found;
    }

    static Map<String, Object> properties(Map<String, Object> resource) {
        return object(resource.get("Properties"));
    }

    /** The statements of the role that a function has; each a map as in the template. */
    List<Map<String, Object>> statements(String functionText) {
        return resources("AWS::IAM::Policy").entrySet().stream()
                .filter(policy -> policy.getKey().startsWith("Functions" + functionText + "Role"))
                .flatMap(policy -> statements(properties(policy.getValue()).get("PolicyDocument"))).toList();
    }

    static Stream<Map<String, Object>> statements(Object document) {
        return list(object(document).get("Statement")).stream().map(Deployment::object);
    }

    static List<Object> list(Object value) {
        return value instanceof List<?> many ? List.copyOf(many) : List.of(value);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }
}
