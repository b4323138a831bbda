package io.pipewright.local.importing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * JSON or YAML as one tree. YAML's short forms of intrinsic functions become the long ones; numbers keep the digits that they are
 * written with, so that the version {@code 1.10} stays that.
 */
final class DocumentText {
    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int LONGEST = 8 << 20;
    private static final int MOST_ALIASES = 50;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d{0,30})(\\.\\d{1,30})?");
    private static final Set<String> TRUE = Set.of("true", "yes", "on");
    /** Written without {@code Fn::}. */
    private static final Set<String> BARE = Set.of("Ref", "Condition");

    private DocumentText() {
    }

    /** @throws UnreadableException if the text is neither */
    static JsonNode read(String text) {
        if (!text.stripLeading().startsWith("{") && !text.stripLeading().startsWith("[")) {
            return yaml(text);
        }
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            try {
                return yaml(text);
            } catch (UnreadableException neither) {
                throw new UnreadableException("is not JSON: line %d, column %d: %s".formatted(
                        e.getLocation().getLineNr(), e.getLocation().getColumnNr(), e.getOriginalMessage()));
            }
        }
    }

    private static JsonNode yaml(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(MOST_ALIASES);
        options.setCodePointLimit(LONGEST);
        options.setAllowDuplicateKeys(false);
        try {
            Node root = new Yaml(options).compose(new StringReader(text));
            return root == null ? NODES.missingNode() : node(root);
        } catch (YAMLException e) {
            throw new UnreadableException("is not YAML: " + e.getMessage().strip().replaceAll("\\s*\\n\\s*", " "));
        } catch (StackOverflowError e) {
            throw new UnreadableException("is not YAML that can be read: it is nested too deeply, or within itself");
        }
    }

    private static JsonNode node(Node node) {
        String tag = node.getTag().getValue();
        if (!tag.startsWith("!")) {
            return plain(node);
        }
        String function = tag.substring(1);
        JsonNode argument = function.equals("GetAtt") && node instanceof ScalarNode scalar ? attribute(scalar.getValue()) : plain(node);
        return NODES.objectNode().set(BARE.contains(function) ? function : "Fn::" + function, argument);
    }

    private static JsonNode attribute(String text) {
        String[] parts = text.split("\\.", 2);
        ArrayNode array = NODES.arrayNode();
        for (String part : parts) {
            array.add(part);
        }
        return array;
    }

    private static JsonNode plain(Node node) {
        if (node instanceof MappingNode mapping) {
            ObjectNode object = NODES.objectNode();
            for (NodeTuple entry : mapping.getValue()) {
                if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                    throw new UnreadableException("has a key that is no text, at line " + line(entry.getKeyNode()));
                }
                if (object.has(key.getValue())) {
                    throw new UnreadableException("has the key " + key.getValue() + " twice, at line " + line(key));
                }
                object.set(key.getValue(), node(entry.getValueNode()));
            }
            return object;
        } else if (node instanceof SequenceNode sequence) {
            ArrayNode array = NODES.arrayNode();
            sequence.getValue().forEach(element -> array.add(node(element)));
            return array;
        }
        return scalar((ScalarNode) node);
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private static JsonNode scalar(ScalarNode node) {
        String text = node.getValue();
        if (node.getScalarStyle() != ScalarStyle.PLAIN || node.getTag().getValue().startsWith("!")) {
            return NODES.textNode(text);
        } else if (node.getTag().equals(Tag.NULL)) {
            return NODES.nullNode();
        } else if (node.getTag().equals(Tag.BOOL)) {
            return NODES.booleanNode(TRUE.contains(text.toLowerCase(Locale.ROOT)));
        } else if (NUMBER.matcher(text).matches()) {
            return DecimalNode.valueOf(new BigDecimal(text));
        }
        return NODES.textNode(text);
    }
}
