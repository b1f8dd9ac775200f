using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Client.Tests.Support;

namespace Kubernetes.Client.Tests;

public sealed class LineReaderTests
{
    [Fact]
    [Trait("Guarantee", "W2")]
    public void Lines_are_the_same_wherever_the_network_cuts_them()
    {
        var line = Gen.Choose(0, 300)
            .SelectMany(length => Gen.ArrayOf(Gen.Elements("ab\r{}é€\"".ToCharArray()), length));
        var lines = Gen.ArrayOf(line).Select(all => all.Select(chars => new string(chars)).ToArray());
        var sizes = Gen.NonEmptyListOf(Gen.Frequency((3, Gen.Choose(1, 5)), (1, Gen.Choose(1, 400))));
        Prop.ForAll(
                Arb.From(lines),
                Arb.From(sizes.Select(list => list.ToArray())),
                (all, cuts) =>
                {
                    var content = Encoding.UTF8.GetBytes(string.Concat(all.Select(text => text + "\n")));
                    var read = ReadAllAsync(content, cuts).GetAwaiter().GetResult();
                    return read.SequenceEqual(all.Where(text => text.Length > 0));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("half a line", 11)]
    [InlineData("one\ntwo", 3)]
    public async Task The_end_in_the_middle_of_a_line_is_an_error(string content, int left)
    {
        var e = await Should.ThrowAsync<EndOfStreamException>(() => ReadAllAsync(Encoding.UTF8.GetBytes(content), [2]));
        e.Message.ShouldContain($"after {left} bytes");
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    [Trait("Guarantee", "W15")]
    public async Task A_line_has_a_greatest_length(int length, bool allowed)
    {
        var content = Encoding.UTF8.GetBytes("short\n" + new string('x', length) + "\n");
        if (allowed)
        {
            (await ReadAllAsync(content, [5], maxLength: 16)).Count.ShouldBe(2);
        }
        else
        {
            await Should.ThrowAsync<InvalidDataException>(() => ReadAllAsync(content, [5], maxLength: 16));
        }
    }

    [Fact]
    [Trait("Guarantee", "W15")]
    public async Task A_line_without_end_is_refused_before_it_is_all_in_memory()
    {
        var content = Encoding.UTF8.GetBytes(new string('x', 1000));
        await Should.ThrowAsync<InvalidDataException>(() => ReadAllAsync(content, [10], maxLength: 16));
    }

    private static async Task<List<string>> ReadAllAsync(byte[] content, int[] sizes, int maxLength = 1 << 20)
    {
        await using var stream = new ChunkedStream(content, sizes);
        await using var reader = new LineReader(
            PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64, minimumReadSize: 1)),
            maxLength
        );
        var lines = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { } line)
        {
            lines.Add(Encoding.UTF8.GetString(line.ToArray()));
        }
        return lines;
    }
}
