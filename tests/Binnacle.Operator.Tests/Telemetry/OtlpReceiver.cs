using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Binnacle.Operator.Tests.Telemetry;

/// <summary>A span as it came: kind 1 is internal, 3 client; status 0 is unset, 2 error.</summary>
internal sealed record ReceivedSpan(
    string Service,
    string Scope,
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    int Kind,
    int StatusCode,
    IReadOnlyDictionary<string, string> Attributes
);

/// <summary>A collector that keeps the spans it gets, over gRPC and over HTTP.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public IReadOnlyList<ReceivedSpan> Spans => [.. _spans];

    /// <summary>HTTP/2 without TLS.</summary>
    public Uri Grpc => new(_app.Urls.First());

    public Uri Http => new(_app.Urls.Last());

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            server.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", receiver.TakeHttpAsync);
        app.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", receiver.TakeGrpcAsync);
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeHttpAsync(HttpContext context)
    {
        Take(await BodyAsync(context));
        context.Response.ContentType = "application/x-protobuf";
    }

    private async Task TakeGrpcAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        var length = (int)BinaryPrimitives.ReadUInt32BigEndian(body.Span[1..]);
        Take(body.Slice(5, length));
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    /// <remarks>https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto</remarks>
    private void Take(ReadOnlyMemory<byte> request)
    {
        foreach (var resourceSpans in ProtobufReader.Messages(request, 1))
        {
            var resource = ProtobufReader.Messages(resourceSpans, 1).Select(it => Attributes(it, 1)).FirstOrDefault();
            foreach (var scopeSpans in ProtobufReader.Messages(resourceSpans, 2))
            {
                var scope = ProtobufReader.Messages(scopeSpans, 1).SelectMany(it => ProtobufReader.Messages(it, 1));
                foreach (var span in ProtobufReader.Messages(scopeSpans, 2))
                {
                    _spans.Enqueue(
                        Read(
                            span,
                            resource?.GetValueOrDefault("service.name") ?? "",
                            ProtobufReader.Text(scope.FirstOrDefault())
                        )
                    );
                }
            }
        }
    }

    private static ReceivedSpan Read(ReadOnlyMemory<byte> span, string service, string scope)
    {
        var fields = ProtobufReader.Fields(span).ToLookup(it => it.Field);
        return new ReceivedSpan(
            service,
            scope,
            Hex(1),
            Hex(2),
            Hex(4),
            ProtobufReader.Text(fields[5].Single().Bytes),
            (int)fields[6].Single().Number,
            (int)fields[15].SelectMany(it => ProtobufReader.Fields(it.Bytes)).LastOrDefault(it => it.Field == 3).Number,
            Attributes(span, 9)
        );

        string Hex(int field) => Convert.ToHexStringLower(fields[field].FirstOrDefault().Bytes.Span);
    }

    private static Dictionary<string, string> Attributes(ReadOnlyMemory<byte> message, int field) =>
        ProtobufReader
            .Messages(message, field)
            .Select(pair => ProtobufReader.Fields(pair).ToList())
            .ToDictionary(
                pair => ProtobufReader.Text(pair.Single(it => it.Field == 1).Bytes),
                pair => Value(pair.Single(it => it.Field == 2).Bytes)
            );

    private static string Value(ReadOnlyMemory<byte> value)
    {
        var (field, number, bytes) = ProtobufReader.Fields(value).Single();
        return field == 1 ? ProtobufReader.Text(bytes) : number.ToString(CultureInfo.InvariantCulture);
    }
}
