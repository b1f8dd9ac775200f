using System.Text;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;
using Binnacle.Testing;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Observing;

public sealed class ReferenceReaderTests
{
    private static readonly ContentKey Token = new("shop", "creds", "token");
    private readonly ManualTimeProvider _clock = new();
    private readonly ClientDouble _client = new();
    private Secret? _secret = WithToken("one");

    public ReferenceReaderTests() => _client.Answer = request => request.Kind == "Secret" ? _secret : null;

    [Fact]
    public async Task What_was_read_counts_as_fresh_for_a_minute()
    {
        var reader = new ReferenceReader(_client, _clock);
        (await TextAsync(reader)).ShouldBe("one");

        _secret = WithToken("two");
        _clock.Advance(ReferenceReader.Fresh - TimeSpan.FromMilliseconds(1));
        (await TextAsync(reader)).ShouldBe("one");
        _client.Requests.Count.ShouldBe(1);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        (await TextAsync(reader)).ShouldBe("two");
    }

    [Fact]
    public async Task What_is_missing_is_asked_for_again_soon()
    {
        var reader = new ReferenceReader(_client, _clock);
        _secret = null;
        (await reader.ReadAsync([Token], [], default)).AnyMissing.ShouldBeTrue();

        _secret = WithToken("one");
        _clock.Advance(ReferenceReader.Missing);
        var (content, anyMissing) = await reader.ReadAsync([Token], [], default);
        anyMissing.ShouldBeFalse();
        content.Secret(Token).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_missing_key_of_an_object_that_is_there_is_missing()
    {
        var reader = new ReferenceReader(_client, _clock);

        var (content, anyMissing) = await reader.ReadAsync([Token with { Key = "other" }, Token], [], default);

        anyMissing.ShouldBeTrue();
        content.Secret(Token).ShouldNotBeNull();
        _client.Requests.Count.ShouldBe(1, "both keys lie in one object");
    }

    [Fact]
    public async Task ConfigMaps_are_read_as_text_whether_they_hold_it_as_such_or_as_bytes()
    {
        _client.Answer = _ => new ConfigMap
        {
            Metadata = Make.Meta("boards"),
            Data = new Dictionary<string, string> { ["a"] = "{}" },
            BinaryData = new Dictionary<string, byte[]> { ["b"] = "[]"u8.ToArray() },
        };
        var reader = new ReferenceReader(_client, _clock);

        ContentKey a = new("shop", "boards", "a"),
            b = new("shop", "boards", "b");
        var (content, anyMissing) = await reader.ReadAsync([], [a, b], default);

        anyMissing.ShouldBeFalse();
        content.ConfigMap(a).ShouldBe("{}");
        content.ConfigMap(b).ShouldBe("[]");
    }

    [Fact]
    public async Task Nothing_is_asked_when_nothing_is_referred_to()
    {
        await new ReferenceReader(_client, _clock).ReadAsync([], [], default);

        _client.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_secret_that_may_not_be_read_is_missing_and_keeps_nobody_else_from_being_rendered()
    {
        _client.Answer = _ => throw new KubernetesApiException(KubernetesErrorKind.Forbidden, "no");

        var (_, anyMissing) = await new ReferenceReader(_client, _clock).ReadAsync([Token], [], default);

        anyMissing.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_does_not_answer_leaves_what_was_known()
    {
        var reader = new ReferenceReader(_client, _clock);
        await TextAsync(reader);
        _clock.Advance(ReferenceReader.Fresh);
        _client.Answer = _ => throw new KubernetesApiException(KubernetesErrorKind.Transport, "cut");

        (await TextAsync(reader)).ShouldBe("one");
    }

    [Fact]
    public async Task A_server_that_never_answered_is_an_error_not_a_missing_secret()
    {
        _client.Answer = _ => throw new KubernetesApiException(KubernetesErrorKind.Transport, "cut");

        await Should.ThrowAsync<KubernetesApiException>(async () =>
            await new ReferenceReader(_client, _clock).ReadAsync([Token], [], default)
        );
    }

    [Fact]
    public async Task A_secret_that_nobody_names_any_more_is_not_kept()
    {
        var reader = new ReferenceReader(_client, _clock);
        await TextAsync(reader);
        reader.Held.ShouldBe(1);

        _clock.Advance(ReferenceReader.Fresh * 6);
        _client.Answer = request => request.Kind == "ConfigMap" ? new ConfigMap() : null;
        await reader.ReadAsync([], [new ContentKey("shop", "boards", "a")], default);

        reader.Held.ShouldBe(1, "only the ConfigMap");
    }

    private static async Task<string> TextAsync(ReferenceReader reader)
    {
        var (content, _) = await reader.ReadAsync([Token], [], default);
        return Encoding.UTF8.GetString(content.Secret(Token) ?? []);
    }

    private static Secret WithToken(string value) =>
        new()
        {
            Metadata = Make.Meta("creds"),
            Data = new Dictionary<string, byte[]> { ["token"] = Encoding.UTF8.GetBytes(value) },
        };
}
