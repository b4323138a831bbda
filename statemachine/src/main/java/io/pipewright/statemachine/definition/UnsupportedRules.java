package io.pipewright.statemachine.definition;

import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.Result;

/** What AWS accepts and this release can't run: a declaration is refused rather than run as something else. */
final class UnsupportedRules {

    private UnsupportedRules() {
    }

    static Stream<Finding> conditions(PipelineDeclaration pipeline) {
        return Located.stages(pipeline).flatMap(stage -> Stream.of(ConditionRules.Place.values())
                .filter(place -> !place.conditions(stage.declaration()).isEmpty())
                .map(place -> Finding.stage(
                        "unsupported-conditions",
                        stage.path() + "." + place.member() + ".conditions",
                        "Stage '" + stage.name() + "' has " + place.member()
                                + ".conditions. This release of Pipewright cannot run stage conditions.",
                        "Remove the conditions; an action in the stage can do the same check.")));
    }

    static Stream<Finding> rollback(PipelineDeclaration pipeline) {
        return Located.stages(pipeline)
                .filter(stage -> stage.declaration().onFailure() != null
                        && stage.declaration().onFailure().result() == Result.ROLLBACK)
                .map(stage -> Finding.stage(
                        "unsupported-rollback",
                        stage.path() + ".onFailure.result",
                        "Stage '" + stage.name() + "' has onFailure.result ROLLBACK. "
                                + "This release of Pipewright cannot roll back a stage by itself.",
                        "Remove onFailure, or use the result RETRY."));
    }
}
