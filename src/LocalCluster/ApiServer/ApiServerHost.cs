using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LocalCluster.ApiServer.Security;
using LocalCluster.ApiServer.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace LocalCluster.ApiServer;

/// <summary>The API server, listening on loopback.</summary>
internal sealed class ApiServerHost : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly CertificateAuthority authority;
    private readonly X509Certificate2 certificate;
    private readonly ServerParts parts;
    private readonly Journal? journal;
    private readonly CancellationTokenSource stopping;
    private readonly Task background;

    private ApiServerHost(
        WebApplication application,
        CertificateAuthority authority,
        X509Certificate2 certificate,
        ServerParts parts,
        Journal? journal,
        CancellationTokenSource stopping,
        Uri url
    )
    {
        this.application = application;
        this.authority = authority;
        this.certificate = certificate;
        this.parts = parts;
        this.journal = journal;
        this.stopping = stopping;
        Url = url;
        background = parts.RunAsync(stopping.Token);
    }

    public Uri Url { get; }

    public CertificateAuthority Authority => authority;

    public static async Task<ApiServerHost> StartAsync(
        int port,
        IPNetwork serviceRange,
        DataFolder? folder,
        PodLogSources logs,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken
    )
    {
        var log = loggers.CreateLogger("LocalCluster.ApiServer");
        var keys = folder is null ? ServerKeys.Create(clock) : ServerKeys.Load(folder, clock);
        var ca = keys.Authority;
        var opened = folder is null ? null : Journal.Open(folder.Objects, clock, log);
        var tls = ca.IssueServer(
            "local-cluster",
            [
                "localhost",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local",
            ],
            [IPAddress.Loopback, new ServerAddress(serviceRange).Value]
        );
        var stop = new CancellationTokenSource();
        Uri? url = null;
        ServerParts? made = null;
        WebApplication? web = null;
        try
        {
            made = new(serviceRange, keys, opened, logs, () => url?.Authority ?? "", clock, log, stop.Token);
            web = Build(port, tls, made, loggers);
            await web.StartAsync(cancellationToken);
        }
        catch
        {
            await (web?.DisposeAsync() ?? ValueTask.CompletedTask);
            stop.Dispose();
            made?.Dispose();
            opened?.Dispose();
            tls.Dispose();
            ca.Dispose();
            throw;
        }

        var addresses = web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        url = new Uri(addresses!.Addresses.First());
        Bootstrap.Run(made, url);
        return new(web, ca, tls, made, opened, stop, url);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        try
        {
            await application.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);
        }
        catch (OperationCanceledException)
        {
            // Connections that did not end in time are cut.
        }

        await application.DisposeAsync();
        try
        {
            await background;
        }
        catch (OperationCanceledException)
        {
            // That is how they end.
        }

        parts.Dispose();
        journal?.Dispose();
        stopping.Dispose();
        certificate.Dispose();
        authority.Dispose();
    }

    private static WebApplication Build(int port, X509Certificate2 tls, ServerParts made, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(loggers);
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                // Warnings may hold any letter, and a real server sends them as they are.
                kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
                kestrel.Limits.MaxRequestBodySize = Http.RequestBody.MaxBytes + 4096;
                kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
                kestrel.Limits.Http2.InitialConnectionWindowSize = 4 << 20;
                kestrel.Limits.Http2.InitialStreamWindowSize = 1 << 20;
                kestrel.Limits.MinResponseDataRate = null;
                kestrel.Limits.MinRequestBodyDataRate = null;
                kestrel.Listen(
                    IPAddress.Loopback,
                    port,
                    listen =>
                    {
                        listen.Protocols = HttpProtocols.Http1AndHttp2;
                        listen.UseHttps(
                            new HttpsConnectionAdapterOptions
                            {
                                ServerCertificate = tls,
                                ClientCertificateMode = ClientCertificateMode.AllowCertificate,

                                // Who a tls stands for, and whether it is ours, is asked per request.
                                ClientCertificateValidation = (_, _, _) => true,
                            }
                        );
                    }
                );
            });
        var web = builder.Build();
        web.Run(made.Handler.HandleAsync);
        return web;
    }

    private readonly record struct ServerAddress(IPNetwork Range)
    {
        public IPAddress Value => IPAddress.Parse(new BuiltIn.ServiceAddresses(Range).ApiServer);
    }
}
