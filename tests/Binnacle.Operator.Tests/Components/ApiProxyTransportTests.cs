using System.Net;
using Binnacle.Operator.Components;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Testing;
using Kubernetes.Client;

namespace Binnacle.Operator.Tests.Components;

public sealed class ApiProxyTransportTests
{
    private readonly ClientDouble _client = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly CancellationToken _token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replica_is_asked_through_its_pods_proxy()
    {
        _client.Answer = _ => new HttpResponseMessage { Content = new StringContent("ok") };

        using var answer = await SendAsync();

        (await answer.Content.ReadAsStringAsync(_token)).ShouldBe("ok");
        _client.Requests.Single().Kind.ShouldEndWith("/pods/main-prometheus-0:9090/proxy/-/ready");
    }

    /// <summary>The client ends a body that does not come: for callers that is a replica without an answer.</summary>
    [Fact]
    public async Task A_replica_that_stalls_in_the_middle_of_its_answer_gave_none()
    {
        var content = new StalledContent();
        _client.Answer = _ => new HttpResponseMessage { Content = content };

        var e = await Should.ThrowAsync<HttpRequestException>(SendAsync);

        e.Message.ShouldBe("no answer within 60 s");
        content.IsDisposed.ShouldBeTrue();
    }

    /// <summary>A replica behind a broken way must not hold the loop up for the minute that the API server waits.</summary>
    [Fact]
    public async Task A_replica_that_never_answers_is_given_up_after_ten_seconds()
    {
        _client.Answer = _ => new HttpResponseMessage { Content = new EndlessContent() };
        var asking = SendAsync();

        _clock.Advance(TimeSpan.FromSeconds(9.9));
        asking.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(0.2));

        var e = await Should.ThrowAsync<HttpRequestException>(() => asking.WaitAsync(TimeSpan.FromSeconds(20), _token));
        e.Message.ShouldContain("within 10 s");
    }

    private Task<HttpResponseMessage> SendAsync() =>
        new ApiProxyTransport(_client, _clock).SendAsync(Make.Replica(), HttpMethod.Get, "/-/ready", _token);

    private sealed class EndlessContent : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(
            Stream stream,
            TransportContext? context,
            CancellationToken cancellationToken
        ) => Task.Delay(Timeout.Infinite, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>What the client's own content does when its deadline passes.</summary>
    private sealed class StalledContent : HttpContent
    {
        public bool IsDisposed { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("a part"u8.ToArray());
            throw new KubernetesApiException(KubernetesErrorKind.Timeout, "no answer within 60 s");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
