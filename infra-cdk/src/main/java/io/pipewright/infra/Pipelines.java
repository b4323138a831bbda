package io.pipewright.infra;

import java.util.Map;
import software.amazon.awscdk.CustomResource;
import software.amazon.awscdk.Duration;
import software.constructs.Construct;

/**
 * The pipelines of the configured folder, each a resource of the stack, made by a function of ours without CDK's provider framework.
 * The resource has its pipeline's name, not its file's: a file may be renamed, and another name is another pipeline.
 */
final class Pipelines extends Construct {
    static final String TYPE = "Custom::PipewrightPipeline";
    /** Longer than Lambda keeps the request's event: whoever hasn't answered by then never will. */
    private static final Duration PATIENCE = Duration.minutes(15);

    /**
     * @param values of placeholders
     * @param needed what pipelines need as soon as they are there: they are made last, and deleted first
     */
    Pipelines(Construct scope, PipelineFiles definitions, Functions functions, Map<String, String> values, Construct... needed) {
        super(scope, "Pipelines");
        String token = functions.of(Handler.RESOURCE).live().getFunctionArn();
        for (PipelineFile definition : definitions.files()) {
            CustomResource pipeline = CustomResource.Builder.create(this, definition.name())
                    .serviceToken(token)
                    .serviceTimeout(PATIENCE)
                    .resourceType(TYPE)
                    .properties(Map.of("Definition", definition.text(values)))
                    .build();
            pipeline.getNode().addDependency(needed);
            functions.all().forEach(function -> pipeline.getNode().addDependency(function.live()));
        }
    }
}
