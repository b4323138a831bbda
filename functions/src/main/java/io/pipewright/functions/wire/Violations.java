package io.pipewright.functions.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a request. AWS's services report the first ten. */
final class Violations {
    static final String NULL = "Member must not be null";
    private static final int REPORTED = 10;

    private final List<String> found = new ArrayList<>();

    void add(Path path, String rule) {
        if (found.size() < REPORTED) {
            found.add("Value at '" + path + "' failed to satisfy constraint: " + rule);
        }
    }

    /** All rules of a scalar in a list or map; a null there breaks one that the model does not list. */
    static List<String> rules(Shape.Scalar scalar, JsonNode found) {
        return found.isNull() ? List.of(NULL) : scalar.rules();
    }

    /** @throws ApiError ValidationException if anything was added */
    void refuse() {
        if (!found.isEmpty()) {
            throw ApiError.validation(found.size() + " validation error" + (found.size() == 1 ? "" : "s") + " detected: "
                    + String.join("; ", found));
        }
    }
}
