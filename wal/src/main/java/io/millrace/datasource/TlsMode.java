package io.millrace.datasource;

/** How a connection is protected. */
public enum TlsMode {
    /** Never. */
    DISABLED,
    /** Where the server offers it; the default on loopback only. */
    PREFERRED,
    /** Always, whoever the server is; the default elsewhere. */
    REQUIRED,
    /** Always, with a certificate that the CA has signed. */
    VERIFY_CA,
    /** Always, with a certificate that the CA has signed for this host name. */
    VERIFY_FULL
}
