package io.millrace.writer.postgres.catalog;

/**
 * One column of a table as the server has it.
 *
 * @param typeOid of the column's own type, a domain's own too
 * @param typeModifier length, precision or scale as the server packs it; -1 where there is none
 * @param arrayOid of the type's array; 0 where it has none
 * @param typeName schema and name of the type, quoted, without length or precision
 * @param sqlType as in a CREATE TABLE
 * @param identity empty, {@code a} for GENERATED ALWAYS, {@code d} for BY DEFAULT
 * @param isGenerated whether the server computes it
 * @param isBytewise whether values are equal only where their bytes are, blanks at the end of a char apart: texts of a deterministic collation, labels, and domains over both
 */
public record CatalogColumn(
        String name,
        int typeOid,
        int typeModifier,
        int arrayOid,
        String typeName,
        String sqlType,
        boolean isNotNull,
        boolean hasDefault,
        String identity,
        boolean isGenerated,
        boolean isBytewise) {}
