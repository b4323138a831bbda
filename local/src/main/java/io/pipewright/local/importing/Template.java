package io.pipewright.local.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A CloudFormation template.
 *
 * @param origin how messages name it
 * @param prefix what its paths begin with where there are several templates
 */
record Template(String origin, String prefix, JsonNode json) {

    /**
     * A resource of the template.
     *
     * @param path where it is, {@code Resources.<logical id>}
     */
    record Resource(String logicalId, String type, String path, JsonNode json) {
        JsonNode properties() {
            return json.path("Properties");
        }

        String propertiesPath() {
            return path + ".Properties";
        }
    }

    static boolean isMeant(JsonNode json) {
        return json.path("Resources").isObject();
    }

    List<Resource> resources(String type) {
        List<Resource> found = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : json.path("Resources").properties()) {
            if (entry.getValue().path("Type").asText().equals(type)) {
                found.add(resource(entry.getKey(), entry.getValue()));
            }
        }
        return found;
    }

    Resource resource(String logicalId) {
        JsonNode resource = json.path("Resources").path(logicalId);
        return resource instanceof ObjectNode ? resource(logicalId, resource) : null;
    }

    private Resource resource(String logicalId, JsonNode resource) {
        return new Resource(logicalId, resource.path("Type").asText(), prefix + "Resources." + logicalId, resource);
    }
}
