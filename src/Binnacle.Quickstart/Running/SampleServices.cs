using System.Net;
using SampleService;

namespace Binnacle.Quickstart.Running;

/// <summary>The sample services: something to monitor, with a fault that can be switched on and a life that can be ended.</summary>
internal sealed class SampleServices : IAsyncDisposable
{
    /// <summary>The service that the fault is switched on in.</summary>
    public const string FaultyService = "api-gateway";

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly SampleServiceOptions options;
    private SampleServiceHost? host;

    private SampleServices(SampleServiceHost host, TimeProvider time)
    {
        this.host = host;
        Addresses = host.Addresses;
        // The same ports again after a stop: the cluster's endpoints name them.
        options = new SampleServiceOptions
        {
            Endpoints = [.. Addresses.Select(address => new SampleEndpoint(address.Key, address.Value))],
            Time = time,
        };
    }

    /// <summary>Where each service listens, also while it is stopped.</summary>
    public IReadOnlyDictionary<string, IPEndPoint> Addresses { get; }

    public bool IsRunning => host is not null;

    public bool HasFault { get; private set; }

    /// <summary>Starts the services on free ports of an address.</summary>
    /// <exception cref="QuickstartException">The address is not one of this machine.</exception>
    public static async Task<SampleServices> StartAsync(
        IPAddress address,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var endpoints = SampleServiceOptions.Quickstart.Endpoints.Select(endpoint =>
            endpoint with
            {
                Address = new IPEndPoint(address, 0),
            }
        );
        try
        {
            var started = await SampleServiceHost.StartAsync(
                new SampleServiceOptions { Endpoints = [.. endpoints], Time = time },
                cancellation
            );
            return new SampleServices(started, time);
        }
        catch (IOException e)
        {
            throw new QuickstartException($"The sample services cannot listen on {address}: {e.Message}", e);
        }
    }

    /// <summary>Makes three requests in five of one service fail, or none.</summary>
    public void SetFault(bool on)
    {
        HasFault = on;
        host?.SetFault(FaultyService, on ? Fault.Errors : Fault.None);
    }

    /// <summary>Stops all services when they run, else starts them where they were.</summary>
    public async Task ToggleAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            if (host is { } running)
            {
                host = null;
                await running.DisposeAsync();
            }
            else
            {
                host = await SampleServiceHost.StartAsync(options, cancellation);
                SetFault(HasFault);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        gate.Dispose();
    }
}
