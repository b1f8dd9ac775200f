using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Events;

/// <summary>
/// Tells users through Events (events.k8s.io/v1) what was done about their objects. Best effort: recording never waits
/// and never fails; what does not fit into the queue of 1000, or cannot be written, is dropped. Repetitions become
/// series, floods are put together and cut off (see the remarks).
/// </summary>
/// <remarks>
/// The same occurrence within 6 minutes counts up one Event; more than 10 different notes of the same reason about one
/// object within 10 minutes become one Event; one object costs at most 25 requests at once and one per 5 minutes then.
/// </remarks>
public sealed class EventRecorder
{
    private const int QueueLength = 1000;
    private const int Attempts = 3;
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMinutes(1);

    private readonly IKubernetesClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EventCorrelator _correlator;
    private readonly Channel<Occurrence> _queue;
    private readonly EventInstruments? _instruments;
    private long _dropped;

    /// <summary>Makes one that only queues until <see cref="RunAsync"/>.</summary>
    /// <param name="client">The server.</param>
    /// <param name="reportingController">Who tells, for example <c>example.io/widget-operator</c>.</param>
    /// <param name="reportingInstance">Which copy of it, for example the pod's name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what cannot be written.</param>
    /// <param name="metrics">Where Events are counted; null: nowhere.</param>
    public EventRecorder(
        IKubernetesClient client,
        string reportingController,
        string reportingInstance,
        TimeProvider time,
        ILogger logger,
        RuntimeMetrics? metrics = null
    )
    {
        _client = client;
        _instruments = metrics?.Events;
        _time = time;
        _logger = logger;
        _correlator = new EventCorrelator(
            Occurrence.Cut(reportingController, 128),
            Occurrence.Cut(reportingInstance, 128)
        );
        _queue = Channel.CreateBounded<Occurrence>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ =>
            {
                Interlocked.Increment(ref _dropped);
                _instruments?.QueueFull();
            }
        );
    }

    /// <summary>How many occurrences did not fit into the queue.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Notes that something happened. Never waits, never throws for what the server may say.</summary>
    /// <param name="regarding">The object it is about.</param>
    /// <param name="type">How it is meant.</param>
    /// <param name="reason">Why, in CamelCase; cut at 128 bytes.</param>
    /// <param name="action">What was done or tried, in CamelCase; cut at 128 bytes.</param>
    /// <param name="note">A sentence for people; cut at 1 KiB.</param>
    /// <param name="fieldPath">The part of the object that is meant; null for all of it.</param>
    public void Record(
        KubernetesObject regarding,
        EventType type,
        string reason,
        string action,
        string note,
        string? fieldPath = null
    ) => _queue.Writer.TryWrite(Occurrence.Of(regarding, type, reason, action, note, _time.GetUtcNow(), fieldPath));

    /// <summary>Writes what was recorded until <paramref name="cancellationToken"/> fires.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var tick = new PeriodicTimer(FlushEvery, _time);
            var flush = tick.WaitForNextTickAsync(cancellationToken).AsTask();
            var arrival = _queue.Reader.WaitToReadAsync(cancellationToken).AsTask();
            while (true)
            {
                await Task.WhenAny(flush, arrival);
                if (flush.IsCompleted)
                {
                    await flush;
                    flush = tick.WaitForNextTickAsync(cancellationToken).AsTask();
                    foreach (var write in _correlator.Flush(_time.GetUtcNow()))
                    {
                        await SendAsync(write, cancellationToken);
                    }
                }

                if (arrival.IsCompleted)
                {
                    await arrival;
                    while (_queue.Reader.TryRead(out var occurrence))
                    {
                        if (_correlator.Observe(occurrence) is { } write)
                        {
                            await SendAsync(write, cancellationToken);
                        }
                        else
                        {
                            _instruments?.HeldBack();
                        }
                    }

                    arrival = _queue.Reader.WaitToReadAsync(cancellationToken).AsTask();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop; what is still queued is dropped.
        }
    }

    private async Task SendAsync(EventWrite write, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await SendOnceAsync(write, cancellationToken);
                _instruments?.Emitted();
                return;
            }
            catch (KubernetesApiException e) when (IsTransient(e) && attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(attempt), _time, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                _logger.LogDebug(
                    "An Event about {Object} could not be written and is dropped: {Message}",
                    write.Event.Regarding?.Name,
                    e.Message
                );
                _instruments?.Failed();
                return;
            }
        }
    }

    private async Task SendOnceAsync(EventWrite write, CancellationToken cancellationToken)
    {
        if (write.IsSeries)
        {
            try
            {
                var patch = Patch.Merge(SeriesPatch(write.Event.Series!));
                await _client.PatchAsync<Event>(write.Event.Key, patch, new WriteOptions(), cancellationToken);
                return;
            }
            catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.NotFound)
            {
                // The server keeps Events for an hour; the series goes on in a new one.
            }
        }

        await _client.CreateAsync(write.Event, new WriteOptions(), cancellationToken);
    }

    private static ReadOnlyMemory<byte> SeriesPatch(EventSeries series)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WritePropertyName("series");
        JsonSerializer.Serialize(writer, series, KubernetesJsonContext.Default.EventSeries);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static bool IsTransient(KubernetesApiException e) =>
        e.Kind
            is KubernetesErrorKind.Transport
                or KubernetesErrorKind.Timeout
                or KubernetesErrorKind.ServerError
                or KubernetesErrorKind.TooManyRequests;
}
