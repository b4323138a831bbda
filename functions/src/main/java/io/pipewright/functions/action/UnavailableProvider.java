package io.pipewright.functions.action;

/** Stands for every action type that this release can't run: the action fails and says so. */
enum UnavailableProvider implements ActionProvider {
    INSTANCE;

    @Override
    public Progress start(ActionWork work) throws ActionFailure {
        throw ActionFailure.configuration("This release of Pipewright doesn't run actions of category "
                + work.declaration().actionTypeId().categoryAsString() + " with provider "
                + work.declaration().actionTypeId().provider() + " and owner "
                + work.declaration().actionTypeId().ownerAsString()
                + ". Use another provider, or remove the action from the pipeline.");
    }

    @Override
    public boolean isAsynchronous() {
        return false;
    }
}
