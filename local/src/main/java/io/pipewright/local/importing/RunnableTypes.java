package io.pipewright.local.importing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;

/** Which actions this release runs. The others are accepted, and fail when their turn comes. */
final class RunnableTypes {
    /** Providers of AWS's by category. */
    static final Map<ActionCategory, Set<String>> PROVIDERS = Map.of(
            ActionCategory.SOURCE, Set.of("S3", "CodeCommit"),
            ActionCategory.BUILD, Set.of("CodeBuild"),
            ActionCategory.TEST, Set.of("CodeBuild"),
            ActionCategory.APPROVAL, Set.of("Manual"),
            ActionCategory.DEPLOY, Set.of("S3"),
            ActionCategory.INVOKE, Set.of("Lambda"),
            ActionCategory.COMPUTE, Set.of());

    private RunnableTypes() {
    }

    /**
     * The type in words, if it isn't one of them.
     *
     * @param actionTypeId as the API writes it
     */
    static Optional<String> lacking(JsonNode actionTypeId) {
        String owner = actionTypeId.path("owner").asText();
        String category = actionTypeId.path("category").asText();
        String provider = actionTypeId.path("provider").asText();
        boolean runs = owner.equals("AWS")
                && PROVIDERS.getOrDefault(ActionCategory.fromValue(category), Set.of()).contains(provider);
        return runs ? Optional.empty() : Optional.of(category + "/" + owner + "/" + provider);
    }
}
