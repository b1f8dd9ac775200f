using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Storage;

/// <summary>What an entry of the journal says.</summary>
internal enum JournalEntryKind : byte
{
    /// <summary>An object as it was when the file was begun.</summary>
    Kept = 0,
    Added = 1,
    Modified = 2,
    Deleted = 3,
}

/// <summary>One entry of the journal.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Resource">Whose store.</param>
/// <param name="Key">Which object.</param>
/// <param name="Version">Its resourceVersion.</param>
/// <param name="Utf8">The object; for a deletion its last state.</param>
internal sealed record JournalEntry(
    JournalEntryKind Kind,
    GroupResource Resource,
    ObjectKey Key,
    long Version,
    ReadOnlyMemory<byte> Utf8
)
{
    // Length and checksum of what follows them.
    private const int HeadLength = 8;

    /// <summary>Longest entry that is believed: more is a torn length.</summary>
    private const int MaxLength = 64 << 20;

    /// <summary>Appends an entry to a buffer.</summary>
    public static void Write(
        IBufferWriter<byte> buffer,
        JournalEntryKind kind,
        GroupResource resource,
        ObjectKey key,
        long version,
        ReadOnlySpan<byte> utf8
    )
    {
        string[] texts = [resource.Group, resource.Resource, key.Namespace, key.Name];
        var length =
            1 + sizeof(long) + texts.Sum(text => sizeof(ushort) + Encoding.UTF8.GetByteCount(text)) + utf8.Length;
        var whole = buffer.GetSpan(HeadLength + length)[..(HeadLength + length)];
        var body = whole[HeadLength..];
        body[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(body[1..], version);
        var at = 1 + sizeof(long);
        foreach (var text in texts)
        {
            var count = Encoding.UTF8.GetBytes(text, body[(at + sizeof(ushort))..]);
            BinaryPrimitives.WriteUInt16LittleEndian(body[at..], checked((ushort)count));
            at += sizeof(ushort) + count;
        }

        utf8.CopyTo(body[at..]);
        BinaryPrimitives.WriteInt32LittleEndian(whole, length);
        BinaryPrimitives.WriteUInt32LittleEndian(whole[4..], Checksum(body));
        buffer.Advance(whole.Length);
    }

    /// <summary>Reads the entry that begins a text; null when it is not whole. <c>Length</c> is what it takes up.</summary>
    public static (JournalEntry Entry, int Length)? TryRead(ReadOnlyMemory<byte> text)
    {
        if (text.Length < HeadLength)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(text.Span);
        if (length is < 1 + sizeof(long) or > MaxLength || text.Length - HeadLength < length)
        {
            return null;
        }

        var body = text.Slice(HeadLength, length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(text.Span[4..]) != Checksum(body.Span))
        {
            return null;
        }

        var at = 1 + sizeof(long);
        var texts = new string[4];
        for (var i = 0; i < texts.Length; i++)
        {
            var count = BinaryPrimitives.ReadUInt16LittleEndian(body.Span[at..]);
            texts[i] = Encoding.UTF8.GetString(body.Span.Slice(at + sizeof(ushort), count));
            at += sizeof(ushort) + count;
        }

        var entry = new JournalEntry(
            (JournalEntryKind)body.Span[0],
            new(texts[0], texts[1]),
            new(texts[2], texts[3]),
            BinaryPrimitives.ReadInt64LittleEndian(body.Span[1..]),
            body[at..]
        );
        return (entry, HeadLength + length);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
