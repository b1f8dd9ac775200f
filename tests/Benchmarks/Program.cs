using Binnacle.Benchmarks;

return await ScaleBenchmark.RunAsync(args, CancellationToken.None);
