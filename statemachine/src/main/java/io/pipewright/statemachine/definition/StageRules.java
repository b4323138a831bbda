package io.pipewright.statemachine.definition;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** How many stages and actions there are, what they are called, and where sources stand. */
final class StageRules {

    private static final int FEWEST_STAGES = 2;

    private StageRules() {
    }

    static Stream<Finding> enoughStages(PipelineDeclaration pipeline, Context context) {
        int stages = pipeline.stages().size();
        return stages >= FEWEST_STAGES ? Stream.empty() : Stream.of(Finding.structure(
                "stages-minimum",
                "stages",
                "Pipeline has only " + stages + " stage(s). There should be a minimum of 2 stages in a pipeline",
                "Add a stage that does something with the sources."));
    }

    static Stream<Finding> notTooManyStages(PipelineDeclaration pipeline, Context context) {
        long most = context.limits().get(Limit.STAGES);
        return pipeline.stages().size() <= most ? Stream.empty() : Stream.of(Finding.structure(
                "stages-maximum",
                "stages",
                "Pipeline has too many stages. There can only be up to " + most + " stages in a pipeline",
                "Join stages, split the pipeline, or raise the limit " + Limit.STAGES.optionName() + "."));
    }

    static Stream<Finding> stageNamesAreUnique(PipelineDeclaration pipeline, Context context) {
        Set<String> names = new HashSet<>();
        return Located.stages(pipeline)
                .filter(stage -> !names.add(stage.name()))
                .map(stage -> Finding.stage(
                        "stage-names-unique",
                        stage.path() + ".name",
                        "Stage name '" + stage.name() + "' is used more than once",
                        "Give each stage a name of its own."));
    }

    /** AWS's wording isn't known. */
    static Stream<Finding> stagesHaveActions(PipelineDeclaration pipeline, Context context) {
        return Located.stages(pipeline)
                .filter(stage -> stage.declaration().actions().isEmpty())
                .map(stage -> Finding.stage(
                        "stage-actions-minimum",
                        stage.path() + ".actions",
                        "Pipeline stage '" + stage.name() + "' has no actions. There should be a minimum of 1 action in a pipeline stage",
                        "Add an action or remove the stage."));
    }

    static Stream<Finding> notTooManyActionsInAStage(PipelineDeclaration pipeline, Context context) {
        long most = context.limits().get(Limit.ACTIONS_PER_STAGE);
        return Located.stages(pipeline)
                .filter(stage -> stage.declaration().actions().size() > most)
                .map(stage -> Finding.stage(
                        "stage-actions-maximum",
                        stage.path() + ".actions",
                        "Pipeline stage '" + stage.name() + "' has too many actions. There can only be up to " + most
                                + " actions in a pipeline stage",
                        "Split the stage, or raise the limit " + Limit.ACTIONS_PER_STAGE.optionName() + "."));
    }

    /** AWS's wording isn't known. */
    static Stream<Finding> notTooManyActions(PipelineDeclaration pipeline, Context context) {
        long most = context.limits().get(Limit.ACTIONS_PER_PIPELINE);
        return Declarations.actions(pipeline).size() <= most ? Stream.empty() : Stream.of(Finding.structure(
                "pipeline-actions-maximum",
                "stages",
                "Pipeline has too many actions. There can only be up to " + most + " actions in a pipeline",
                "Split the pipeline, or raise the limit " + Limit.ACTIONS_PER_PIPELINE.optionName() + "."));
    }

    /** AWS's wording isn't known; the exception's kind is that of a stage's name used twice. */
    static Stream<Finding> actionNamesAreUniqueInTheirStage(PipelineDeclaration pipeline, Context context) {
        Set<String> names = new HashSet<>();
        return Located.actions(pipeline)
                .filter(action -> !names.add(action.position().stage() + "/" + action.name()))
                .map(action -> Finding.stage(
                        "action-names-unique",
                        action.path("name"),
                        "Action name '" + action.name() + "' is used more than once in stage '" + action.stageName() + "'",
                        "Give each action of the stage a name of its own."));
    }

    static Stream<Finding> firstStageHasSourcesOnly(PipelineDeclaration pipeline, Context context) {
        return Located.stages(pipeline)
                .limit(1)
                .filter(stage -> !stage.declaration().actions().stream().allMatch(Declarations::isSource)
                        || stage.declaration().actions().isEmpty())
                .map(stage -> Finding.structure(
                        "first-stage-sources",
                        stage.path() + ".actions",
                        "Pipeline should start with a stage that only contains source actions",
                        "Put all source actions, and nothing else, in the first stage."));
    }

    static Stream<Finding> sourcesAreInTheFirstStage(PipelineDeclaration pipeline, Context context) {
        return Located.actions(pipeline)
                .filter(action -> action.position().stage() > 0 && Declarations.isSource(action.declaration()))
                .map(action -> Finding.structure(
                        "sources-first-stage-only",
                        action.path(),
                        "Source actions can only be included in the first stage of the pipeline",
                        "Move the action to the first stage."));
    }

    static Stream<Finding> somethingBesidesSources(PipelineDeclaration pipeline, Context context) {
        boolean sourcesOnly = Located.actions(pipeline)
                .map(Located.Action::declaration)
                .allMatch(Declarations::isSource);
        return !sourcesOnly ? Stream.empty() : Stream.of(Finding.structure(
                "not-only-sources",
                "stages",
                "Pipeline should contain at least 1 action whose category is not Source",
                "Add an action that does something with the sources."));
    }
}
