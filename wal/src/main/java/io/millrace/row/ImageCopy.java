package io.millrace.row;

import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** An image of a row that stays when what it was read from goes. Immutable and thread-safe, but for {@link #wrap}'s flyweight, which is the caller's. */
public final class ImageCopy {
    private final byte[] image;

    /** @param image taken as it is, not copied */
    ImageCopy(byte[] image) {
        this.image = image;
    }

    public static ImageCopy of(ImageFlyweight image) {
        byte[] bytes = new byte[image.buffer().capacity()];
        image.buffer().getBytes(0, bytes);
        return new ImageCopy(bytes);
    }

    public ImageFlyweight wrap(ImageFlyweight flyweight) {
        return flyweight.wrap(new UnsafeBuffer(image), 0, image.length);
    }

    /** Not to be written. */
    byte[] bytes() {
        return image;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageCopy that && Arrays.equals(image, that.image);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(image);
    }
}
