package io.pipewright.functions.log;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Structured logs: one JSON object a line. Context members have CodePipeline's names; tokens, credentials, configuration and
 * artifact content never go in.
 */
public final class Log {
    /** Members that put a line into context. */
    public static final String PIPELINE = "pipelineName";
    public static final String EXECUTION = "pipelineExecutionId";
    public static final String STAGE = "stageName";
    public static final String ACTION = "actionName";
    /** The id that the caller of the API got with the answer. */
    public static final String REQUEST = "requestId";

    private final Consumer<String> sink;

    private Log(Consumer<String> sink) {
        this.sink = sink;
    }

    /** Lines go to a stream; in a function, standard output is what the service keeps. */
    public static Log to(PrintStream stream) {
        return new Log(stream::println);
    }

    /** Lines go to a consumer, one call a line. */
    public static Log to(Consumer<String> sink) {
        return new Log(sink);
    }

    /**
     * Something went as it should and an operator may want to know. {@code context} alternates names and values; empty values are left
     * out.
     */
    public void info(String message, String... context) {
        write("INFO", message, null, context);
    }

    /** Something went wrong and is dealt with: retried, kept for later, or answered to the caller. */
    public void warn(String message, Throwable cause, String... context) {
        write("WARN", message, cause, context);
    }

    /** Something went wrong that a person has to look at. */
    public void error(String message, Throwable cause, String... context) {
        write("ERROR", message, cause, context);
    }

    private void write(String level, String message, Throwable cause, String... context) {
        ObjectNode line = JsonNodeFactory.instance.objectNode()
                .put("time", Instant.now().toString()).put("level", level).put("message", message);
        for (int i = 0; i + 1 < context.length; i += 2) {
            if (context[i + 1] != null && !context[i + 1].isEmpty()) {
                line.put(context[i], context[i + 1]);
            }
        }
        if (cause != null) {
            line.put("error", cause.toString());
            StackTraceElement[] trace = cause.getStackTrace();
            if (trace.length > 0) {
                line.put("at", trace[0].toString());
            }
        }
        sink.accept(line.toString());
    }
}
