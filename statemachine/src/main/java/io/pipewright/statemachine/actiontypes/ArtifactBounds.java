package io.pipewright.statemachine.actiontypes;

/** How many artifacts an action of a type may list, both ends included. */
public record ArtifactBounds(int minimum, int maximum) {

    public ArtifactBounds {
        if (minimum < 0 || maximum < minimum) {
            throw new IllegalArgumentException("Artifact bounds " + minimum + " to " + maximum);
        }
    }
}
