package io.pipewright.local.importing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.role.TrustStatement;
import io.pipewright.statemachine.definition.Finding;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an import gives.
 *
 * @param pipelines inputs of CreatePipeline
 * @param rules what starts them
 * @param webhooks inputs of PutWebhook
 * @param actionTypes inputs of CreateCustomActionType
 * @param gaps values that are not known; a text like {@code ${Bucket}} stands for each
 * @param placeholders those texts
 */
public record Imported(
        List<Pipeline> pipelines, List<StartRule> rules, List<Definition> webhooks, List<Definition> actionTypes,
        List<Finding> gaps, Set<String> placeholders) {

    public Imported {
        pipelines = List.copyOf(pipelines);
        rules = List.copyOf(rules);
        webhooks = List.copyOf(webhooks);
        actionTypes = List.copyOf(actionTypes);
        gaps = List.copyOf(gaps);
        placeholders = Set.copyOf(placeholders);
    }

    /**
     * The input of an operation.
     *
     * @param name what it makes
     * @param origin where it was read
     * @param notes what a person should know of it
     */
    public record Definition(String name, String origin, ObjectNode input, List<String> notes) {
        public Definition {
            notes = List.copyOf(notes);
        }
    }

    /**
     * A pipeline.
     *
     * @param arn the ARN that it gets, with {@code ${AWS::AccountId}} and the like for what isn't known
     * @param transitions inputs of DisableStageTransition
     * @param roles what the roles that it names must trust
     */
    public record Pipeline(Definition definition, String arn, List<ObjectNode> transitions, List<RoleTrust> roles) {
        public Pipeline {
            transitions = List.copyOf(transitions);
            roles = List.copyOf(roles);
        }

        public String name() {
            return definition.name();
        }

        /** Where it runs, if that is known. */
        public Optional<String> region() {
            return Facts.part(arn, 3).filter(region -> !region.startsWith("$"));
        }
    }

    /** What the trust policy of a role must hold so that a pipeline's actions can act as it. */
    public record RoleTrust(String role, TrustStatement statement) {
    }

    /**
     * A rule that starts pipelines through the trigger function.
     *
     * @param rule input of PutRule; null if there is nothing to make, which the notes explain
     * @param targets input of PutTargets; null like the rule
     */
    public record StartRule(String name, String origin, ObjectNode rule, ObjectNode targets, List<String> notes) {
        public StartRule {
            notes = List.copyOf(notes);
        }

        public boolean isMade() {
            return rule != null;
        }
    }
}
