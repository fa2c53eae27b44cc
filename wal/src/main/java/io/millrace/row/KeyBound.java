package io.millrace.row;

import java.util.HexFormat;

/**
 * One key of a table, as the upper end (included) of one chunk and the lower end (excluded) of the next: an image in which
 * only the key columns are filled and present. Immutable and thread-safe, but for {@link #wrap}'s flyweight, which is the caller's.
 */
public final class KeyBound {
    private final ImageCopy image;

    private KeyBound(ImageCopy image) {
        this.image = image;
    }

    /** Copies an image. */
    public static KeyBound copyOf(ImageFlyweight image) {
        return new KeyBound(ImageCopy.of(image));
    }

    /** Reads the form of {@link #text}. */
    public static KeyBound parse(String text) {
        return new KeyBound(new ImageCopy(HexFormat.of().parseHex(text)));
    }

    /** A stable form for the ledger. */
    public String text() {
        return HexFormat.of().formatHex(image.bytes());
    }

    public ImageFlyweight wrap(ImageFlyweight flyweight) {
        return image.wrap(flyweight);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyBound that && image.equals(that.image);
    }

    @Override
    public int hashCode() {
        return image.hashCode();
    }
}
