package io.pipewright.statemachine.actiontypes;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codepipeline.model.ActionConfigurationProperty;
import software.amazon.awssdk.services.codepipeline.model.ActionType;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeSettings;
import software.amazon.awssdk.services.codepipeline.model.ArtifactDetails;

/**
 * What is known of one action type.
 *
 * @param properties the configuration's keys in the order in which ListActionTypes answers them
 * @param v2Only only pipelines of type V2 may use it
 * @param timeLimit how long an action of the type may take ("Quotas in AWS CodePipeline")
 * @param listed ListActionTypes shows it; AWS leaves some documented types out
 */
public record ActionTypeEntry(
        ActionTypeId id,
        List<ActionProperty> properties,
        ArtifactBounds inputs,
        ArtifactBounds outputs,
        boolean v2Only,
        Duration timeLimit,
        ConsoleUrls urls,
        boolean listed) {

    /** "Quotas in AWS CodePipeline": custom actions end after 24 hours. */
    public static final Duration CUSTOM_TIME_LIMIT = Duration.ofHours(24);

    public ActionTypeEntry {
        properties = List.copyOf(properties);
    }

    /** A custom type as CreateCustomActionType stored it. */
    public static ActionTypeEntry custom(ActionType type) {
        ActionTypeSettings settings = type.settings() == null ? ActionTypeSettings.builder().build() : type.settings();
        return new ActionTypeEntry(
                type.id(),
                type.actionConfigurationProperties().stream().map(ActionTypeEntry::property).collect(Collectors.toList()),
                bounds(type.inputArtifactDetails()),
                bounds(type.outputArtifactDetails()),
                false,
                CUSTOM_TIME_LIMIT,
                new ConsoleUrls(settings.entityUrlTemplate(), settings.executionUrlTemplate(), settings.revisionUrlTemplate()),
                true);
    }

    /** The element of ListActionTypes for this type. Descriptions of AWS's properties are left out. */
    public ActionType describe(String region) {
        ConsoleUrls local = urls.in(region);
        return ActionType.builder()
                .id(id)
                .settings(ActionTypeSettings.builder()
                        .entityUrlTemplate(local.entity())
                        .executionUrlTemplate(local.execution())
                        .revisionUrlTemplate(local.revision())
                        .build())
                .actionConfigurationProperties(
                        properties.stream().map(ActionTypeEntry::describe).collect(Collectors.toList()))
                .inputArtifactDetails(describe(inputs))
                .outputArtifactDetails(describe(outputs))
                .build();
    }

    /** The property with this name; empty when the type doesn't know it. */
    public Optional<ActionProperty> property(String name) {
        return properties.stream().filter(property -> property.name().equals(name)).findFirst();
    }

    /** The page of the resource that the configuration names; empty when the type has none or a key isn't configured. */
    public Optional<String> entityUrl(Map<String, String> configuration, String region) {
        return ConsoleUrls.expand(urls.entity(), configuration, Map.of(), region);
    }

    /** The page of one execution of the action at its provider. */
    public Optional<String> executionUrl(Map<String, String> configuration, String externalExecutionId, String region) {
        return ConsoleUrls.expand(
                urls.execution(), configuration, Map.of("ExternalExecutionId", externalExecutionId), region);
    }

    /** The page of one revision of a source. */
    public Optional<String> revisionUrl(Map<String, String> configuration, String revisionId, String region) {
        return ConsoleUrls.expand(urls.revision(), configuration, Map.of("RevisionId", revisionId), region);
    }

    private static ActionProperty property(ActionConfigurationProperty property) {
        return new ActionProperty(
                property.name(),
                Boolean.TRUE.equals(property.required()),
                Boolean.TRUE.equals(property.key()),
                Boolean.TRUE.equals(property.secret()),
                Boolean.TRUE.equals(property.queryable()));
    }

    private static ActionConfigurationProperty describe(ActionProperty property) {
        return ActionConfigurationProperty.builder()
                .name(property.name())
                .required(property.required())
                .key(property.key())
                .secret(property.secret())
                .queryable(property.queryable())
                .build();
    }

    private static ArtifactBounds bounds(ArtifactDetails details) {
        return new ArtifactBounds(details.minimumCount(), details.maximumCount());
    }

    private static ArtifactDetails describe(ArtifactBounds bounds) {
        return ArtifactDetails.builder().minimumCount(bounds.minimum()).maximumCount(bounds.maximum()).build();
    }
}
