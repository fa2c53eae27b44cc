package io.millrace.transform;

/** What filters say of an image. */
public enum FilterVerdict {
    IN,
    OUT,
    /** The source did not send what a filter looks at. */
    UNKNOWN
}
