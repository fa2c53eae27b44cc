package io.millrace.reader.mysql.connection;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Signs as MariaDB's {@code client_ed25519} does: Ed25519 (RFC 8032) with SHA-512 over the password, whatever its length, where the
 * RFC has a key of 32 bytes; the Java platform's own takes such keys only. One signature a login, so plain arithmetic suffices.
 *
 * <p>Its time depends on the password's hash. Who could measure that at this process could as well read its memory.
 */
final class Ed25519 {
    private static final int LENGTH = 32;
    private static final BigInteger TWO = BigInteger.TWO;
    private static final BigInteger P = TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger ORDER = TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    private static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(P))
            .mod(P);
    private static final Point BASE = base();

    private Ed25519() {}

    /** Returns the 64 bytes of the signature. */
    static byte[] sign(byte[] password, byte[] message) {
        byte[] hash = PasswordMethod.digest("SHA-512", password);
        byte[] low = Arrays.copyOf(hash, LENGTH);
        low[0] &= (byte) 0xF8;
        low[LENGTH - 1] = (byte) ((low[LENGTH - 1] & 0x7F) | 0x40);
        BigInteger secret = number(low);
        byte[] publicKey = BASE.times(secret).encode();
        byte[] prefix = Arrays.copyOfRange(hash, LENGTH, 2 * LENGTH);
        BigInteger nonce =
                number(PasswordMethod.digest("SHA-512", prefix, message)).mod(ORDER);
        byte[] commitment = BASE.times(nonce).encode();
        BigInteger challenge = number(PasswordMethod.digest("SHA-512", commitment, publicKey, message));
        byte[] signature = Arrays.copyOf(commitment, 2 * LENGTH);
        byte[] proof = bytes(nonce.add(challenge.multiply(secret)).mod(ORDER));
        System.arraycopy(proof, 0, signature, LENGTH, LENGTH);
        return signature;
    }

    private static Point base() {
        BigInteger y = BigInteger.valueOf(4)
                .multiply(BigInteger.valueOf(5).modInverse(P))
                .mod(P);
        BigInteger squares = y.multiply(y).mod(P);
        BigInteger xx = squares.subtract(BigInteger.ONE)
                .multiply(D.multiply(squares).add(BigInteger.ONE).modInverse(P))
                .mod(P);
        BigInteger x = xx.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (!x.multiply(x).mod(P).equals(xx)) {
            x = x.multiply(TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P))
                    .mod(P);
        }
        return Point.of(x.testBit(0) ? P.subtract(x) : x, y);
    }

    /** A point of the curve in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. */
    private record Point(BigInteger x, BigInteger y, BigInteger z, BigInteger t) {
        static Point of(BigInteger x, BigInteger y) {
            return new Point(x, y, BigInteger.ONE, x.multiply(y).mod(P));
        }

        Point plus(Point other) {
            BigInteger a = y.subtract(x).multiply(other.y.subtract(other.x)).mod(P);
            BigInteger b = y.add(x).multiply(other.y.add(other.x)).mod(P);
            BigInteger c = t.multiply(TWO).multiply(D).multiply(other.t).mod(P);
            BigInteger d = z.multiply(TWO).multiply(other.z).mod(P);
            BigInteger e = b.subtract(a);
            BigInteger f = d.subtract(c);
            BigInteger g = d.add(c);
            BigInteger h = b.add(a);
            return new Point(
                    e.multiply(f).mod(P),
                    g.multiply(h).mod(P),
                    f.multiply(g).mod(P),
                    e.multiply(h).mod(P));
        }

        Point times(BigInteger factor) {
            Point sum = of(BigInteger.ZERO, BigInteger.ONE);
            for (int i = factor.bitLength() - 1; i >= 0; i--) {
                sum = sum.plus(sum);
                sum = factor.testBit(i) ? sum.plus(this) : sum;
            }
            return sum;
        }

        byte[] encode() {
            BigInteger inverse = z.modInverse(P);
            byte[] encoded = bytes(y.multiply(inverse).mod(P));
            if (x.multiply(inverse).mod(P).testBit(0)) {
                encoded[LENGTH - 1] |= (byte) 0x80;
            }
            return encoded;
        }
    }

    private static BigInteger number(byte[] littleEndian) {
        return new BigInteger(1, reversed(littleEndian));
    }

    private static byte[] bytes(BigInteger number) {
        byte[] big = number.toByteArray(); // perhaps with a zero in front
        int from = Math.max(0, big.length - LENGTH);
        return Arrays.copyOf(reversed(Arrays.copyOfRange(big, from, big.length)), LENGTH);
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
