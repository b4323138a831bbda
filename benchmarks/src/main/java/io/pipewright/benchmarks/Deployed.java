package io.pipewright.benchmarks;

import java.util.List;

/**
 * A function as the stack deploys it; {@link #ALL} repeats what the stack's own list says (io.pipewright.infra.Handler).
 *
 * @param name what follows the prefix in the function's name
 * @param type the handler's class within {@code io.pipewright.functions}
 * @param archive its deployment package, without {@code .zip}
 */
record Deployed(String name, String type, String archive) {
    static final List<Deployed> ALL = List.of(
            new Deployed("gate", "gate.GateHandler", "gate"),
            new Deployed("source", "source.SourceHandler", "actions"),
            new Deployed("build", "build.BuildHandler", "actions"),
            new Deployed("test", "test.TestHandler", "actions"),
            new Deployed("deploy", "deploy.DeployHandler", "actions"),
            new Deployed("approval", "approval.ApprovalHandler", "actions"),
            new Deployed("invoke", "invoke.InvokeHandler", "actions"),
            new Deployed("compute", "compute.ComputeHandler", "actions"),
            new Deployed("completion", "completion.CompletionHandler", "actions"),
            new Deployed("trigger", "trigger.TriggerHandler", "actions"),
            new Deployed("reconciler", "reconciler.ReconcilerHandler", "actions"),
            new Deployed("api", "gateway.ApiHandler", "api"),
            new Deployed("review", "gateway.ReviewHandler", "api"),
            new Deployed("jobs", "gateway.JobsHandler", "api"),
            new Deployed("resource", "customresource.CustomResourceHandler", "api"));

    /** Fully qualified. */
    String handler() {
        return "io.pipewright.functions." + type;
    }
}
