package io.pipewright.statemachine.definition;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/** An element of a declaration with the place at which rules report it. */
final class Located {

    private Located() {
    }

    /** A stage with its index. */
    record Stage(int index, StageDeclaration declaration) {

        String name() {
            return declaration.name();
        }

        String path() {
            return "stages[" + index + "]";
        }
    }

    /** An action with its stage. */
    record Action(ActionPosition position, String stageName, ActionDeclaration declaration) {

        String name() {
            return declaration.name();
        }

        String path() {
            return position.path();
        }

        String path(String member) {
            return path() + "." + member;
        }
    }

    static Stream<Stage> stages(PipelineDeclaration pipeline) {
        return IntStream.range(0, pipeline.stages().size()).mapToObj(index -> new Stage(index, pipeline.stages().get(index)));
    }

    static Stream<Action> actions(PipelineDeclaration pipeline) {
        return Declarations.actions(pipeline).stream()
                .map(position -> new Action(
                        position,
                        pipeline.stages().get(position.stage()).name(),
                        Declarations.action(pipeline, position)));
    }
}
