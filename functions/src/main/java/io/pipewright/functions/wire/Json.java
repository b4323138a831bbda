package io.pipewright.functions.wire;

import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads and writes JSON trees. */
public final class Json {
    private Json() { }

    /** Made on first use: it loads three hundred classes, which an event needs and a function's start doesn't. */
    private static final class Made {
        private static final ObjectMapper MAPPER = new ObjectMapper();
    }

    /** The one mapper, in Jackson's default configuration, which nobody changes. */
    public static ObjectMapper mapper() {
        return Made.MAPPER;
    }
}
