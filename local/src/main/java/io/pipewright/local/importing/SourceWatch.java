package io.pipewright.local.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.local.importing.Imported.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A rule whose pattern says: this source of the pipeline has changed. Pipewright knows that by itself of sources whose
 * {@code PollForSourceChanges} is true or absent.
 *
 * @param place of the source action, for a person
 * @param configuration the source action's
 * @param byTrail whether the events are CloudTrail's
 */
record SourceWatch(String place, ObjectNode configuration, boolean byTrail) {
    private static final String POLL = "PollForSourceChanges";

    /** @return empty if the pattern says anything else */
    static Optional<SourceWatch> of(JsonNode pattern, String pipeline, List<Pipeline> pipelines) {
        return pipelines.stream().filter(one -> one.name().equals(pipeline)).findFirst()
                .flatMap(one -> of(pattern, one.definition().input().path("pipeline")));
    }

    private static Optional<SourceWatch> of(JsonNode pattern, JsonNode pipeline) {
        for (JsonNode stage : pipeline.path("stages")) {
            for (JsonNode action : stage.path("actions")) {
                boolean byTrail = is(pattern.path("detail-type"), "AWS API Call via CloudTrail");
                if (action.path("configuration") instanceof ObjectNode configuration
                        && isOf(pattern, byTrail, action.path("actionTypeId").path("provider").asText(), configuration)) {
                    return Optional.of(new SourceWatch(
                            stage.path("name").asText() + "/" + action.path("name").asText(), configuration, byTrail));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isOf(JsonNode pattern, boolean byTrail, String provider, JsonNode configuration) {
        JsonNode detail = pattern.path("detail");
        if (provider.equals("CodeCommit")) {
            return is(pattern.path("source"), "aws.codecommit") && is(detail.path("referenceName"), configuration.path("BranchName").asText())
                    && (endsWith(pattern.path("resources"), ":" + configuration.path("RepositoryName").asText())
                            || is(detail.path("repositoryName"), configuration.path("RepositoryName").asText()));
        }
        JsonNode bucket = byTrail ? detail.path("requestParameters").path("bucketName") : detail.path("bucket").path("name");
        JsonNode key = byTrail ? detail.path("requestParameters").path("key") : detail.path("object").path("key");
        return provider.equals("S3") && is(pattern.path("source"), "aws.s3")
                && (byTrail || is(pattern.path("detail-type"), "Object Created"))
                && is(bucket, configuration.path("S3Bucket").asText()) && is(key, configuration.path("S3ObjectKey").asText());
    }

    private static boolean is(JsonNode values, String only) {
        return values.size() == 1 && values.get(0).asText().equals(only);
    }

    private static boolean endsWith(JsonNode values, String end) {
        return values.size() == 1 && values.get(0).asText().endsWith(end);
    }

    /**
     * Whether the source is polled and the rule is not needed; the notes say so.
     *
     * @param wanted whether to poll the source if it isn't yet
     */
    boolean replaces(boolean wanted, List<String> notes) {
        boolean polled = configuration.path(POLL).asText("true").equalsIgnoreCase("true");
        if (polled) {
            notes.add(place + " has " + POLL + " true or none, so Pipewright starts the pipeline on each change by itself;"
                    + " with the rule each change would start two executions.");
        } else if (wanted) {
            configuration.put(POLL, "true");
            notes.add(place + " now has " + POLL + " true, with which Pipewright starts the pipeline on each change"
                    + " by itself, at once where the source's events reach it.");
        }
        return polled || wanted;
    }

    /** What to know if the rule is kept. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add("It says that " + place + " has changed. Pipewright knows that by itself of a source whose " + POLL
                + " is true: with --poll no rule is needed.");
        if (byTrail) {
            notes.add("Its events come from CloudTrail, and only while a trail records writes to that object; the event Object Created needs"
                    + " no trail.");
        }
        return notes;
    }
}
