package io.pipewright.statemachine.definition;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/**
 * Every rule that CreatePipeline and UpdatePipeline check beyond the shape of single values ("CodePipeline pipeline
 * structure reference", and recordings and probes of the service).
 */
public final class PipelineRules {

    /** In order: the first finding is the one with which AWS would refuse the declaration, as far as its order is known. */
    static final List<Rule> RULES = List.of(
            StageRules::enoughStages,
            StageRules::notTooManyStages,
            StageRules::stageNamesAreUnique,
            StageRules::stagesHaveActions,
            StageRules::notTooManyActionsInAStage,
            StageRules::notTooManyActions,
            StageRules::actionNamesAreUniqueInTheirStage,
            StageRules::firstStageHasSourcesOnly,
            StageRules::sourcesAreInTheFirstStage,
            StageRules::somethingBesidesSources,
            PipelineTypeRules::variables,
            PipelineTypeRules::triggers,
            PipelineTypeRules::executionMode,
            PipelineTypeRules::conditions,
            ConditionRules::noRollbackInParallelMode,
            ConditionRules::failureHasResultOrConditions,
            ConditionRules::resultsFitTheirPlace,
            ConditionRules::onlySomeRulesSkip,
            StoreRules::oneKindOfStore,
            StoreRules::severalRegionsNeedSeveralStores,
            StoreRules::everyRegionHasAStore,
            StoreRules::onlyAwsActionsLeaveTheRegion,
            ActionRules::typesExist,
            PipelineTypeRules::actionTypes,
            ActionRules::artifactCountsFit,
            ActionRules::commandsAreThere,
            ActionRules::onlyComputeHasCommands,
            ActionRules::commandsOutputsNameFiles,
            ActionRules::requiredKeysAreThere,
            ActionRules::keysAreKnown,
            ActionRules::queryableValuesAreShort,
            ApprovalRules::topicsAreInTheRegion,
            ArtifactRules::outputNamesAreUnique,
            ArtifactRules::inputsAreListedOnce,
            ArtifactRules::inputsAreProducedBefore,
            NamespaceRules::variableNamesAreUnique,
            NamespaceRules::namespacesAreNotReserved,
            NamespaceRules::namespacesAreUnique,
            ReferenceRules::sourcesReferToNothing,
            ReferenceRules::referencesHaveTheirForm,
            ReferenceRules::pipelineVariablesAreDeclared,
            ReferenceRules::namespacesExist,
            ReferenceRules::referencedActionsRunBefore,
            TriggerRules::triggersNameConnectionSources,
            TriggerRules::oneTriggerPerSource,
            TriggerRules::triggersAreNotTooLarge);

    private static final List<Function<PipelineDeclaration, Stream<Finding>>> UNSUPPORTED =
            List.of(UnsupportedRules::conditions, UnsupportedRules::rollback);

    private PipelineRules() {
    }

    /**
     * Everything that is wrong with the declaration; empty when nothing is.
     *
     * @param declaration one whose values have the shape that the service model demands. Whether V2 members are allowed
     *     depends on its type, so an update should be normalized first
     */
    public static List<Finding> check(PipelineDeclaration declaration, Context context) {
        Context remembering = context.remembering();
        return RULES.stream()
                .flatMap(rule -> rule.check(declaration, remembering))
                .collect(Collectors.toUnmodifiableList());
    }

    /** Everything in a right declaration that this release can't run; a pipeline with such findings must be refused too. */
    public static List<Finding> unsupported(PipelineDeclaration declaration) {
        return UNSUPPORTED.stream()
                .flatMap(rule -> rule.apply(declaration))
                .collect(Collectors.toUnmodifiableList());
    }
}
