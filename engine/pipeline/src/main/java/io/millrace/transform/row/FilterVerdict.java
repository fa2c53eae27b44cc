package io.millrace.transform.row;

/** What filters say of an image. */
public enum FilterVerdict {
    IN,
    OUT,
    /** The source did not send what a filter looks at. */
    UNKNOWN
}
