package io.pipewright.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.findings.Findings;
import io.pipewright.local.home.LocalHome;
import io.pipewright.statemachine.asl.Compiler;
import io.pipewright.statemachine.asl.Target;
import io.pipewright.statemachine.definition.Finding;
import io.pipewright.statemachine.definition.Limits;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code pipewright compile FILE}. */
final class CompileCommand {
    /** Stands for the id that every created pipeline gets. */
    private static final String GENERATION = "GENERATION";

    private CompileCommand() {
    }

    static int run(List<String> words, Console console) {
        Arguments arguments = Arguments.parse(words, Set.of(), Set.of(LimitOptions.NAME));
        String file = arguments.operand("FILE");
        Limits limits = LimitOptions.read(arguments);
        ObjectNode input = PipelineFile.read(Path.of(file));
        List<Finding> findings = Findings.of(input, limits, LocalHome.REGION);
        if (!findings.isEmpty()) {
            Findings.lines(file, findings).forEach(console.err()::println);
            return 1;
        }
        console.out().println(indented(Compiler.compile(Findings.declaration(input),
                new Target(GENERATION, 1, CompileCommand::functionArn, limits.parallelActions()))));
        return 0;
    }

    private static String functionArn(String handler) {
        return "arn:aws:lambda:" + LocalHome.REGION + ":" + LocalHome.ACCOUNT + ":function:pipewright-" + handler;
    }

    private static String indented(String machine) {
        try {
            ObjectMapper json = new ObjectMapper();
            return json.writerWithDefaultPrettyPrinter().writeValueAsString(json.readTree(machine));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The compiler writes JSON", e);
        }
    }
}
