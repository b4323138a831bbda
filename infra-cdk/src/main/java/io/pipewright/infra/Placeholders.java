package io.pipewright.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awscdk.Aws;

/**
 * What definitions say of the stack that they are deployed with, in the syntax of {@code Fn::Sub}: {@code ${ArtifactBucket}}, and
 * {@code ${!Text}} for the text {@code ${Text}}. Variables of pipelines, {@code #{…}}, are none of them.
 */
final class Placeholders {
    /** The stack's output of this name, and so the others. */
    static final String ARTIFACT_BUCKET = "ArtifactBucket";
    static final String PIPELINE_ROLE = "PipelineRoleArn";
    static final String APPROVER_TOPIC = "ApproverTopic";
    private static final String ACCOUNT_ID = "AWS::AccountId";
    private static final String PARTITION = "AWS::Partition";
    private static final String REGION = "AWS::Region";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

    private Placeholders() { }

    /** For checks before there is a stack: of the right form, and nobody's. */
    static Map<String, String> standIns(String region) {
        return Map.of(ARTIFACT_BUCKET, "artifact-bucket",
                PIPELINE_ROLE, "arn:aws:iam::111122223333:role/pipelines",
                APPROVER_TOPIC, "arn:aws:sns:" + region + ":111122223333:approvals",
                ACCOUNT_ID, "111122223333", PARTITION, "aws", REGION, region);
    }

    /** For what is read before the stack has its resources: those stay placeholders. */
    static Map<String, String> ofAws() {
        return Map.of(ARTIFACT_BUCKET, written(ARTIFACT_BUCKET), PIPELINE_ROLE, written(PIPELINE_ROLE),
                APPROVER_TOPIC, written(APPROVER_TOPIC),
                ACCOUNT_ID, Aws.ACCOUNT_ID, PARTITION, Aws.PARTITION, REGION, Aws.REGION);
    }

    /** For the template: values that CloudFormation fills in. */
    static Map<String, String> ofStack(String artifactBucket, String pipelineRole, String approverTopic) {
        return Map.of(ARTIFACT_BUCKET, artifactBucket, PIPELINE_ROLE, pipelineRole, APPROVER_TOPIC, approverTopic,
                ACCOUNT_ID, Aws.ACCOUNT_ID, PARTITION, Aws.PARTITION, REGION, Aws.REGION);
    }

    /** The placeholder of a name. */
    static String written(String name) {
        return "${" + name + "}";
    }

    /** Every name that has a placeholder in the text, in order. */
    static Set<String> names(String text) {
        Set<String> names = new LinkedHashSet<>();
        Matcher matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            if (!isText(matcher.group(1))) {
                names.add(matcher.group(1));
            }
        }
        return names;
    }

    private static boolean isText(String name) {
        return name.startsWith("!");
    }

    /** The JSON with all texts and names of members filled in; what {@code values} lacks stays as it is. */
    static JsonNode fill(JsonNode json, Map<String, String> values) {
        if (json instanceof ObjectNode object) {
            ObjectNode filled = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(member -> filled.set(fill(member.getKey(), values), fill(member.getValue(), values)));
            return filled;
        } else if (json instanceof ArrayNode array) {
            ArrayNode filled = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> filled.add(fill(element, values)));
            return filled;
        }
        return json.isTextual() ? TextNode.valueOf(fill(json.textValue(), values)) : json;
    }

    private static String fill(String text, Map<String, String> values) {
        return PLACEHOLDER.matcher(text).replaceAll(found -> Matcher.quoteReplacement(value(found, values)));
    }

    private static String value(MatchResult found, Map<String, String> values) {
        String name = found.group(1);
        return isText(name) ? written(name.substring(1)) : values.getOrDefault(name, found.group());
    }
}
