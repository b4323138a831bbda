package io.pipewright.local.sfn;

/**
 * One thing that is wrong with a definition.
 *
 * @param code one of AWS's codes, {@code SCHEMA_VALIDATION_FAILED} and so on
 * @param pointer the place, {@code /States/X/Next}; {@code null} as text where AWS says so
 */
record Finding(String code, String text, String pointer) {
    @Override
    public String toString() {
        return code + ": " + text + " at " + pointer;
    }
}
