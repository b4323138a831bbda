package io.pipewright.infra;

import java.util.List;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/** ARNs of what the stack doesn't make itself. */
final class Arns {
    private Arns() { }

    static List<String> buckets(Construct scope, List<String> names) {
        return names.stream().map(name -> global(scope, name)).toList();
    }

    static List<String> objects(Construct scope, List<String> buckets) {
        return buckets.stream().map(name -> global(scope, name + "/*")).toList();
    }

    private static String global(Construct scope, String resource) {
        return Stack.of(scope).formatArn(ArnComponents.builder()
                .service("s3").region("").account("").resource(resource).arnFormat(ArnFormat.NO_RESOURCE_NAME).build());
    }

    static String machines(Construct scope, String prefix) {
        return colon(scope, "states", "stateMachine", prefix + "*");
    }

    static String machineExecutions(Construct scope, String prefix) {
        return colon(scope, "states", "execution", prefix + "*");
    }

    static List<String> functions(Construct scope, List<String> names) {
        return names.stream().map(name -> colon(scope, "lambda", "function", name)).toList();
    }

    static List<String> projects(Construct scope, List<String> names) {
        return names.stream().map(name -> slash(scope, "codebuild", "project", name)).toList();
    }

    static List<String> repositories(Construct scope, List<String> names) {
        return names.stream().map(name -> Stack.of(scope).formatArn(ArnComponents.builder()
                .service("codecommit").resource(name).arnFormat(ArnFormat.NO_RESOURCE_NAME).build())).toList();
    }

    static String defaultBus(Construct scope) {
        return slash(scope, "events", "event-bus", "default");
    }

    static String rule(Construct scope, String name) {
        return slash(scope, "events", "rule", name);
    }

    static String role(Construct scope, String name) {
        return Stack.of(scope).formatArn(ArnComponents.builder()
                .service("iam").region("").resource("role").resourceName(name).build());
    }

    private static String colon(Construct scope, String service, String type, String name) {
        return Stack.of(scope).formatArn(ArnComponents.builder()
                .service(service).resource(type).resourceName(name).arnFormat(ArnFormat.COLON_RESOURCE_NAME).build());
    }

    private static String slash(Construct scope, String service, String type, String name) {
        return Stack.of(scope).formatArn(ArnComponents.builder()
                .service(service).resource(type).resourceName(name).build());
    }
}
