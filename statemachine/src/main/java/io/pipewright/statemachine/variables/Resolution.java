package io.pipewright.statemachine.variables;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of a configuration whose references were looked up. */
public sealed interface Resolution {

    /** Every reference had a value. The entries keep their order. */
    record Resolved(Map<String, String> configuration) implements Resolution {

        public Resolved {
            configuration = Collections.unmodifiableMap(new LinkedHashMap<>(configuration));
        }
    }

    /** The references without a value, each once, in the order of their occurrence; never empty. */
    record Unresolved(List<VariableReference> references) implements Resolution {

        public Unresolved {
            references = List.copyOf(references);
        }
    }
}
