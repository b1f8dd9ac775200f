using System.Buffers.Binary;
using System.Text;

namespace Binnacle.Operator.Tests.Telemetry;

/// <summary>Fields of a protobuf message: enough to look into what an exporter sent.</summary>
internal static class ProtobufReader
{
    public static IEnumerable<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> Fields(
        ReadOnlyMemory<byte> message
    )
    {
        while (message.Length > 0)
        {
            var tag = Varint(ref message);
            ulong number = 0;
            var bytes = ReadOnlyMemory<byte>.Empty;
            switch (tag & 7)
            {
                case 0:
                    number = Varint(ref message);
                    break;
                case 1:
                    number = BinaryPrimitives.ReadUInt64LittleEndian(message.Span);
                    message = message[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref message);
                    bytes = message[..length];
                    message = message[length..];
                    break;
                case 5:
                    number = BinaryPrimitives.ReadUInt32LittleEndian(message.Span);
                    message = message[4..];
                    break;
                default:
                    throw new FormatException($"wire type {tag & 7}");
            }

            yield return ((int)(tag >> 3), number, bytes);
        }
    }

    public static IEnumerable<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> message, int field) =>
        Fields(message).Where(it => it.Field == field).Select(it => it.Bytes);

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
