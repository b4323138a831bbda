package io.pipewright.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.findings.Findings;
import io.pipewright.local.home.LocalHome;
import io.pipewright.statemachine.definition.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** {@code pipewright validate FILE}. */
final class ValidateCommand {
    private ValidateCommand() {
    }

    static int run(List<String> words, Console console) {
        Arguments arguments = Arguments.parse(words, Set.of(), Set.of(LimitOptions.NAME));
        String file = arguments.operand("FILE");
        ObjectNode input = PipelineFile.read(Path.of(file));
        List<Finding> findings = Findings.of(input, LimitOptions.read(arguments), LocalHome.REGION);
        if (!findings.isEmpty()) {
            Findings.lines(file, findings).forEach(console.out()::println);
            if (findings.stream().anyMatch(Findings::hidesRules)) {
                console.out().println();
                console.out().println("More may show when these are dealt with: the rules of pipelines need values that fit the model.");
            }
            return 1;
        }
        PipelineDeclaration pipeline = Findings.declaration(input);
        int actions = pipeline.stages().stream().mapToInt(stage -> stage.actions().size()).sum();
        console.out().printf("%s is fine: pipeline %s, %d stages, %d actions.%n",
                file, pipeline.name(), pipeline.stages().size(), actions);
        return 0;
    }
}
