using System.Net;

namespace SampleService;

/// <summary>
/// Several simulated services in this process, each with its own port, metrics and fault. They are something to
/// monitor: their traffic is steady until a fault is switched on.
/// </summary>
public sealed class SampleServiceHost : IAsyncDisposable
{
    private readonly Dictionary<string, ServiceApp> _services = [];

    private SampleServiceHost() { }

    /// <summary>Where each service listens, by its name.</summary>
    public IReadOnlyDictionary<string, IPEndPoint> Addresses =>
        _services.ToDictionary(service => service.Key, service => service.Value.Address);

    /// <summary>Starts all services; returns once they answer.</summary>
    /// <exception cref="ArgumentException">Two services have one name.</exception>
    /// <exception cref="IOException">An address is taken or not allowed; those already started are stopped again.</exception>
    public static async Task<SampleServiceHost> StartAsync(
        SampleServiceOptions options,
        CancellationToken cancellation = default
    )
    {
        var twice = options.Endpoints.CountBy(endpoint => endpoint.Service).FirstOrDefault(name => name.Value > 1).Key;
        if (twice is not null)
        {
            throw new ArgumentException(
                $"Two services are called '{twice}': give each a name of its own.",
                nameof(options)
            );
        }

        var host = new SampleServiceHost();
        try
        {
            foreach (var endpoint in options.Endpoints)
            {
                host._services.Add(endpoint.Service, await ServiceApp.StartAsync(endpoint, options.Time, cancellation));
            }
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        return host;
    }

    /// <summary>Switches the fault of a service, from this moment on; <see cref="Fault.None"/> ends it.</summary>
    /// <exception cref="KeyNotFoundException">No service here has that name.</exception>
    public void SetFault(string service, Fault fault) => Find(service).Traffic.Fault = fault;

    /// <summary>The fault of a service.</summary>
    /// <exception cref="KeyNotFoundException">No service here has that name.</exception>
    public Fault GetFault(string service) => Find(service).Traffic.Fault;

    /// <summary>Stops one service: its port refuses connections from then on.</summary>
    /// <exception cref="KeyNotFoundException">No service here has that name.</exception>
    public async Task StopAsync(string service)
    {
        await Find(service).DisposeAsync();
        _services.Remove(service);
    }

    /// <summary>Stops all services.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.Values)
        {
            await service.DisposeAsync();
        }

        _services.Clear();
    }

    private ServiceApp Find(string service) =>
        _services.TryGetValue(service, out var app)
            ? app
            : throw new KeyNotFoundException(
                $"No service '{service}' here; there are: {string.Join(", ", _services.Keys)}."
            );
}
