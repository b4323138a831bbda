package io.pipewright.infra;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awscdk.Duration;

/**
 * The deployed functions. Names are a contract: machines call {@code <prefix><name>:live}.
 *
 * <p>The API's limit of 29 seconds is API Gateway's; fifteen minutes are Lambda's longest.
 */
enum Handler {
    GATE("gate", "gate.GateHandler", Archive.GATE, Duration.minutes(1)),
    SOURCE("source", "source.SourceHandler", Archive.ACTIONS, Duration.minutes(15)),
    BUILD("build", "build.BuildHandler", Archive.ACTIONS, Duration.minutes(2)),
    TEST("test", "test.TestHandler", Archive.ACTIONS, Duration.minutes(2)),
    DEPLOY("deploy", "deploy.DeployHandler", Archive.ACTIONS, Duration.minutes(15)),
    APPROVAL("approval", "approval.ApprovalHandler", Archive.ACTIONS, Duration.minutes(1)),
    INVOKE("invoke", "invoke.InvokeHandler", Archive.ACTIONS, Duration.minutes(1)),
    COMPUTE("compute", "compute.ComputeHandler", Archive.ACTIONS, Duration.minutes(1)),
    COMPLETION("completion", "completion.CompletionHandler", Archive.ACTIONS, Duration.minutes(2)),
    TRIGGER("trigger", "trigger.TriggerHandler", Archive.ACTIONS, Duration.minutes(2)),
    RECONCILER("reconciler", "reconciler.ReconcilerHandler", Archive.ACTIONS, Duration.minutes(5)),
    API("api", "gateway.ApiHandler", Archive.API, Duration.seconds(29)),
    REVIEW("review", "gateway.ReviewHandler", Archive.API, Duration.seconds(29)),
    JOBS("jobs", "gateway.JobsHandler", Archive.API, Duration.seconds(29)),
    RESOURCE("resource", "customresource.CustomResourceHandler", Archive.API, Duration.minutes(2));

    /** The deployment packages, which infra-cdk/jars builds. */
    enum Archive {
        GATE("gate.zip"), ACTIONS("actions.zip"), API("api.zip");

        private final String file;

        Archive(String file) {
            this.file = file;
        }

        String file() {
            return file;
        }
    }

    private final String text;
    private final String type;
    private final Archive archive;
    private final Duration timeout;

    Handler(String text, String type, Archive archive, Duration timeout) {
        this.text = text;
        this.type = type;
        this.archive = archive;
        this.timeout = timeout;
    }

    /** What follows the prefix in the function's name. */
    String text() {
        return text;
    }

    /** Fully qualified name of the class. */
    String type() {
        return "io.pipewright.functions." + type;
    }

    Archive archive() {
        return archive;
    }

    Duration timeout() {
        return timeout;
    }

    /** Those that state machines call. */
    static List<Handler> ofMachines() {
        return List.of(GATE, SOURCE, BUILD, TEST, DEPLOY, APPROVAL, INVOKE, COMPUTE);
    }

    /** Whether it does, looks at or hands out work of actions, which it does with their role. */
    boolean actsAsRoles() {
        return switch (this) {
            case SOURCE, BUILD, TEST, DEPLOY, APPROVAL, INVOKE, COMPLETION, RECONCILER, API, JOBS -> true;
            case GATE, COMPUTE, TRIGGER, REVIEW, RESOURCE -> false;
        };
    }

    /**
     * What Lambda does with an event that failed.
     *
     * @param most how often it repeats it
     * @param maxAge for how long it keeps it
     */
    record Repeats(int most, Duration maxAge) { }

    /** Empty for those that are called synchronously. */
    Optional<Repeats> repeats() {
        return switch (this) {
            case COMPLETION, TRIGGER -> Optional.of(new Repeats(2, Duration.hours(6)));
            // Its next turn comes within a minute.
            case RECONCILER -> Optional.of(new Repeats(0, Duration.hours(1)));
            // CloudFormation waits no longer.
            case RESOURCE -> Optional.of(new Repeats(2, Duration.minutes(10)));
            case GATE, SOURCE, BUILD, TEST, DEPLOY, APPROVAL, INVOKE, COMPUTE, API, REVIEW, JOBS -> Optional.empty();
        };
    }

    static Stream<Handler> all() {
        return Stream.of(values());
    }
}
