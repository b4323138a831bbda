package io.pipewright.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.functions.wire.Codec;
import io.pipewright.local.importing.Imported;
import io.pipewright.statemachine.definition.Normalizer;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.CreateCustomActionTypeRequest;
import software.amazon.awssdk.services.codepipeline.model.CreatePipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.DisableStageTransitionRequest;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineNotFoundException;
import software.amazon.awssdk.services.codepipeline.model.PutWebhookRequest;
import software.amazon.awssdk.services.eventbridge.model.PutRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsRequest;

/** Creates what was imported, or updates it; what is refused is told, and the rest is done. */
final class Creation {
    private final Destination destination;
    private final CodePipelineClient codePipeline;
    private final PrintStream out;
    private boolean complete = true;

    Creation(Destination destination, PrintStream out) {
        this.destination = destination;
        this.codePipeline = destination.codePipeline();
        this.out = out;
    }

    /**
     * @return whether all of it is there now
     * @throws CommandFailedException if nothing answers
     */
    boolean create(Imported imported) {
        imported.actionTypes().forEach(type -> done("action type " + type.name(), () -> {
            codePipeline.createCustomActionType(Codec.read(CreateCustomActionTypeRequest::builder, type.input()));
            return "created";
        }));
        imported.pipelines().forEach(this::pipeline);
        imported.rules().stream().filter(Imported.StartRule::isMade).forEach(this::rule);
        imported.webhooks().forEach(webhook -> done("webhook " + webhook.name(), () ->
                "created; its URL is " + codePipeline.putWebhook(Codec.read(PutWebhookRequest::builder, webhook.input())).webhook().url()));
        return complete;
    }

    private void pipeline(Imported.Pipeline pipeline) {
        boolean there = done("pipeline " + pipeline.name(), () -> put(Codec.read(
                CreatePipelineRequest::builder, pipeline.definition().input())));
        if (there) {
            for (JsonNode transition : pipeline.transitions()) {
                done("transition of " + pipeline.name() + " into " + transition.path("stageName").asText(), () -> {
                    codePipeline.disableStageTransition(Codec.read(DisableStageTransitionRequest::builder, transition));
                    return "disabled";
                });
            }
        }
    }

    /** An update ends what runs, so there is none without a change. */
    private String put(CreatePipelineRequest request) {
        PipelineDeclaration wanted = request.pipeline();
        Optional<PipelineDeclaration> existing = existing(wanted.name());
        if (existing.isEmpty()) {
            codePipeline.createPipeline(request);
            return "created; its first execution starts";
        }
        PipelineDeclaration there = existing.get();
        if (Normalizer.normalize(wanted, there.version(), Optional.of(there.pipelineType())).equals(there)) {
            return "is there already, the same";
        }
        return "updated to version " + codePipeline.updatePipeline(update -> update.pipeline(wanted)).pipeline().version();
    }

    private Optional<PipelineDeclaration> existing(String name) {
        try {
            return Optional.of(codePipeline.getPipeline(request -> request.name(name)).pipeline());
        } catch (PipelineNotFoundException e) {
            return Optional.empty();
        }
    }

    private void rule(Imported.StartRule rule) {
        if (!destination.isHome()) {
            complete = false;
            out.println("rule " + rule.name() + ": not created, as only EventBridge can; use aws events put-rule and put-targets"
                    + " with what --out writes");
            return;
        }
        done("rule " + rule.name(), () -> {
            destination.events().putRule(Codec.read(PutRuleRequest::builder, rule.rule()));
            destination.events().putTargets(Codec.read(PutTargetsRequest::builder, rule.targets()));
            return "is in place";
        });
    }

    private boolean done(String what, Supplier<String> work) {
        try {
            out.println(what + ": " + work.get());
            return true;
        } catch (AwsServiceException e) {
            complete = false;
            out.println(what + ": not created: " + e.awsErrorDetails().errorCode() + ": " + e.awsErrorDetails().errorMessage());
            return false;
        } catch (SdkClientException e) {
            throw new CommandFailedException("Nothing answers at " + destination.endpoint() + ": " + e.getMessage(), e);
        }
    }
}
