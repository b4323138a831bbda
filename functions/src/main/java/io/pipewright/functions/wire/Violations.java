package io.pipewright.functions.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What is wrong with a request. AWS's services report the first ten. */
final class Violations {
    static final String NULL = "Member must not be null";
    static final int REPORTED = 10;

    private final int most;
    private final List<Validator.Violation> found = new ArrayList<>();

    /** @param most how many are kept; the rest is passed over */
    Violations(int most) {
        this.most = most;
    }

    void add(Path path, String rule) {
        if (found.size() < most) {
            found.add(new Validator.Violation(path.toString(), rule));
        }
    }

    List<Validator.Violation> found() {
        return List.copyOf(found);
    }

    /** All rules of a scalar in a list or map; a null there breaks one that the model does not list. */
    static List<String> rules(Shape.Scalar scalar, JsonNode found) {
        return found.isNull() ? List.of(NULL) : scalar.rules();
    }

    /** @throws ApiError ValidationException if anything was added */
    void refuse() {
        if (!found.isEmpty()) {
            throw ApiError.validation(found.size() + " validation error" + (found.size() == 1 ? "" : "s") + " detected: "
                    + found.stream()
                            .map(violation -> "Value at '" + violation.path() + "' failed to satisfy constraint: " + violation.rule())
                            .collect(Collectors.joining("; ")));
        }
    }
}
