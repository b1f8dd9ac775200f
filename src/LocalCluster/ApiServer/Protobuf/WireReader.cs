using System.Buffers.Binary;

namespace LocalCluster.ApiServer.Protobuf;

/// <summary>Reads the fields of one protobuf message.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Number of the field just read.</summary>
    public int Field { get; private set; }

    /// <summary>Value of a number field.</summary>
    public ulong Number { get; private set; }

    /// <summary>Content of a length-delimited field.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>True when the field just read is length-delimited.</summary>
    public bool IsContent { get; private set; }

    /// <summary>Reads the next field; false at the end.</summary>
    /// <exception cref="FormatException">The bytes are no protobuf.</exception>
    public bool Read()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        Field = (int)(tag >> 3);
        IsContent = (tag & 7) == 2;
        Content = default;
        Number = 0;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Content = Take(checked((int)Varint()));
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new FormatException($"wire type {tag & 7} is not known");
        }

        return true;
    }

    private ulong Varint()
    {
        var result = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            result |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return result;
            }
        }

        throw new FormatException("a number is too long");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > rest.Length)
        {
            throw new FormatException("the message ends too early");
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
