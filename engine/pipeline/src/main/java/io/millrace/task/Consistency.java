package io.millrace.task;

/** {@code delivery.consistency}: where a target transaction may end. */
public enum Consistency {
    /** Anywhere: changes of one key keep their order, those of different keys need not be visible together. */
    ROW,
    /** Only where source transactions do: one lane applies them whole and in their order. */
    TRANSACTION
}
