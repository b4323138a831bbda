package io.pipewright.functions.action;

/** Stands for what this release can't run: the action fails and says so. */
enum UnavailableProvider implements ActionProvider {
    /** An action type that nothing here does. */
    OTHER_TYPE {
        @Override
        public Progress start(ActionWork work) throws ActionFailure {
            throw ActionFailure.configuration("This release of Pipewright doesn't run actions of category "
                    + work.declaration().actionTypeId().categoryAsString() + " with provider "
                    + work.declaration().actionTypeId().provider() + " and owner "
                    + work.declaration().actionTypeId().ownerAsString()
                    + ". Use another provider, or remove the action from the pipeline.");
        }
    },
    /** An action in another region than its pipeline's. */
    OTHER_REGION {
        @Override
        public Progress start(ActionWork work) throws ActionFailure {
            throw ActionFailure.configuration("This release of Pipewright doesn't run actions in another region than the "
                    + "pipeline's; the action names " + work.declaration().region()
                    + ". Remove the region, or declare the action in a pipeline of that region.");
        }
    };

    @Override
    public boolean isAsynchronous() {
        return false;
    }
}
